package org.leftfold.framework.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.framework.codec.StoredEvents.read;
import static org.leftfold.framework.codec.StoredEvents.stored;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Limits;
import org.leftfold.api.Metadata;
import org.leftfold.api.Payload;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

class JsonFormatTest {
    private static final String SEOUL = "Asia/Seoul";

    enum Mood {
        GOOD,
        BAD {
            @Override
            public String toString() {
                return "so so";
            }
        }
    }

    record Inner(int number, List<Inner> more) {}

    @SuppressWarnings("ArrayRecordComponent") // somebody will
    @EventName("values")
    record Values(
            int number,
            boolean flag,
            @Nullable Long boxed,
            @Nullable String text,
            @Nullable Mood mood,
            Optional<String> option,
            OptionalInt count,
            @Nullable List<String> list,
            @Nullable Set<Mood> set,
            @Nullable Map<String, Inner> map,
            @Nullable Map<Mood, Integer> moods,
            String @Nullable [] array,
            @Nullable Inner inner) {}

    @EventName("numbers")
    record Numbers(BigDecimal decimal, BigInteger whole, double real, float small, long large) {}

    @EventName("times")
    record Times(
            Instant instant,
            LocalDate date,
            LocalTime time,
            LocalDateTime dateTime,
            OffsetDateTime offset,
            ZonedDateTime zoned,
            ZoneId zone,
            Duration duration,
            Period period,
            Year year,
            YearMonth month,
            MonthDay day,
            DayOfWeek weekday,
            Map<LocalDate, Instant> map) {}

    @EventName("texts")
    record Texts(List<String> texts) {}

    private final JsonFormat format = new JsonFormat();

    private <T> void survives(T value) {
        Class<T> type = classOf(value);
        ObjectNode tree = format.tree(format.write(value));
        assertThat(format.read(format.write(value), type)).isEqualTo(value);
        assertThat(format.read(tree, type)).as("behind an upcaster").isEqualTo(value);
        assertThat(format.read(format.toTree(value), type)).as("as a tree").isEqualTo(value);
    }

    @SuppressWarnings("unchecked")
    private static <T> Class<T> classOf(T value) {
        return (Class<T>) value.getClass();
    }

    @Test
    void missing_fields_get_the_default_of_their_type() {
        Values values = read(EventSchema.of(Values.class), "values", 1, "{}").getFirst();
        assertThat(values.number()).isZero();
        assertThat(values.flag()).isFalse();
        assertThat(values.option()).isEmpty();
        assertThat(values.count()).isEmpty();
        assertThat(values.list()).isEmpty();
        assertThat(values.set()).isEmpty();
        assertThat(values.map()).isEmpty();
        assertThat(values.array()).isEmpty();
        assertThat(values.boxed()).isNull();
        assertThat(values.text()).isNull();
        assertThat(values.mood()).isNull();
        assertThat(values.inner()).isNull();
    }

    @Test
    void a_null_that_was_written_stays_one() {
        Values values =
                new Values(
                        0,
                        false,
                        null,
                        null,
                        null,
                        Optional.empty(),
                        OptionalInt.empty(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null);
        survives(values);
        assertThat(format.write(values).asText()).contains("\"list\":null", "\"option\":null");
        List<@Nullable String> withNull = new ArrayList<>();
        withNull.add(null);
        Map<String, @Nullable Inner> map = new HashMap<>();
        map.put("a", null);
        Values inside =
                new Values(
                        0,
                        false,
                        null,
                        null,
                        null,
                        Optional.empty(),
                        OptionalInt.empty(),
                        withNull,
                        null,
                        map,
                        null,
                        null,
                        null);
        survives(inside);
    }

    @Test
    void unknown_fields_are_ignored_at_every_depth() {
        Values values =
                read(
                                EventSchema.of(Values.class),
                                "values",
                                1,
                                "{\"later\":{\"x\":[1]},\"number\":3,\"inner\":{\"number\":4,\"y\":1}}")
                        .getFirst();
        assertThat(values.number()).isEqualTo(3);
        assertThat(values.inner()).isEqualTo(new Inner(4, List.of()));
    }

    @Test
    void nested_records_enums_and_collections_come_back_as_they_were() {
        Inner inner = new Inner(1, List.of(new Inner(2, List.of())));
        Values values =
                new Values(
                        7,
                        true,
                        Long.MIN_VALUE,
                        "text",
                        Mood.BAD,
                        Optional.of(""),
                        OptionalInt.of(0),
                        List.of("b", "a"),
                        Set.of(Mood.GOOD),
                        Map.of("k", inner),
                        Map.of(Mood.BAD, 1),
                        null,
                        inner);
        survives(values);
        assertThat(format.write(values).asText())
                .as("the name of a constant is stored, not what it prints")
                .contains("\"mood\":\"BAD\"", "\"moods\":{\"BAD\":1}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.10",
                "0.00",
                "-0.10",
                "1E+3",
                "1E-20",
                "0E+7",
                "1.0E+20000",
                "123456789012345678901234567890.12345678901234567890"
            })
    void decimals_keep_every_digit_and_their_scale(String decimal) {
        survives(
                new Numbers(
                        new BigDecimal(decimal),
                        new BigInteger("-123456789012345678901234567890"),
                        0.1,
                        0.1f,
                        Long.MAX_VALUE));
    }

    @Test
    void numbers_of_any_length_and_kind_can_be_read_again() {
        survives(
                new Numbers(
                        BigDecimal.TWO.pow(5000).scaleByPowerOfTen(-700),
                        BigInteger.TWO.pow(20_000),
                        Double.MIN_VALUE,
                        Float.MAX_VALUE,
                        Long.MIN_VALUE));
        survives(
                new Numbers(
                        BigDecimal.ONE,
                        BigInteger.ONE,
                        Double.NaN,
                        Float.NEGATIVE_INFINITY,
                        (1L << 53) + 1));
    }

    @Test
    void times_keep_nanoseconds_offsets_and_zones() {
        LocalDateTime local = LocalDateTime.of(2026, 11, 21, 13, 5, 6, 123_456_789);
        survives(
                new Times(
                        Instant.parse("2026-11-21T04:05:06.000000001Z"),
                        LocalDate.MAX,
                        LocalTime.of(1, 0),
                        local,
                        local.atOffset(ZoneOffset.ofHoursMinutes(-3, -30)),
                        local.atZone(ZoneId.of(SEOUL)),
                        ZoneId.of(SEOUL),
                        Duration.ofNanos(-1),
                        Period.of(1, 14, -3),
                        Year.of(2026),
                        YearMonth.of(2026, 2),
                        MonthDay.of(2, 29),
                        DayOfWeek.SUNDAY,
                        Map.of(LocalDate.EPOCH, Instant.MIN)));
    }

    @Test
    void text_of_every_script_comes_back() {
        survives(
                new Texts(
                        List.of(
                                "",
                                "한국어 \uD83D\uDE00 e\u0301",
                                "\"\\/\b\f\n\r\t\u0000\u2028\u2029\uFEFF",
                                "half a pair \uD83D",
                                "x".repeat(100_000))));
        Map<String, Inner> longKeys = Map.of("k".repeat(60_000), new Inner(1, List.of()));
        survives(
                new Values(
                        0,
                        false,
                        null,
                        null,
                        null,
                        Optional.empty(),
                        OptionalInt.empty(),
                        null,
                        null,
                        longKeys,
                        null,
                        null,
                        null));
    }

    @Test
    void a_payload_of_one_mebibyte_is_stored_and_one_byte_more_is_refused() {
        EventCodec<Texts> codec = new EventCodec<>(EventSchema.of(Texts.class), format);
        int frame = "{\"texts\":[\"\"]}".length();
        Texts largest = new Texts(List.of("x".repeat(Limits.MAX_PAYLOAD_BYTES - frame)));
        var encoded = codec.encode(largest, Metadata.none(), Set.of());
        assertThat(encoded.payload().sizeBytes()).isEqualTo(1 << 20);
        assertThat(codec.decode(stored("texts", 1, encoded.payload().asText())).getFirst().event())
                .isEqualTo(largest);

        Texts tooLarge = new Texts(List.of("x".repeat(Limits.MAX_PAYLOAD_BYTES - frame + 1)));
        assertThatThrownBy(() -> codec.encode(tooLarge, Metadata.none(), Set.of()))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("LF-1002"))
                .hasMessage(
                        "LF-1002: 1048577 payload bytes of an event are too many, 1048576 are"
                                + " allowed. Nothing was stored.");
    }

    @EventName("clash")
    record Clash(@JsonProperty("a") int one, @JsonProperty("a") int two) {}

    @Test
    void a_class_that_json_cannot_have_is_named_at_the_start() {
        EventSchema<Clash> schema = EventSchema.of(Clash.class);
        assertThatThrownBy(() -> new EventCodec<>(schema, format))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("LF-1201: the events of " + Clash.class.getName())
                .hasMessageContaining(Clash.class.getName() + " cannot be written: ")
                .hasCauseInstanceOf(JacksonException.class);
    }

    @SuppressWarnings("ArrayRecordComponent") // a constructor of any shape is called
    record Guarded(int number, String... words) {
        Guarded {
            if (number < 0) {
                throw new IllegalStateException("no number below zero");
            }
        }
    }

    @Test
    void a_record_is_made_by_its_constructor_and_a_refusal_keeps_its_reason() {
        Guarded made =
                format.read(
                        Payload.ofText("{\"words\":[\"a\",\"b\"],\"number\":1}"), Guarded.class);
        assertThat(made.number()).isEqualTo(1);
        assertThat(made.words()).containsExactly("a", "b");

        assertThatThrownBy(() -> format.read(Payload.ofText("{\"number\":-1}"), Guarded.class))
                .isInstanceOf(JacksonException.class)
                .hasMessageContaining(Guarded.class.getName())
                .hasMessageContaining("no number below zero")
                .hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void what_is_no_json_object_has_no_tree() {
        assertThatThrownBy(() -> format.tree(Payload.ofText("[1]")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the JSON is ARRAY, not an object");
        assertThatThrownBy(() -> format.read(Payload.ofText("null"), Inner.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the JSON is null");
    }

    private static final class Drawer {
        private final List<String> things = new ArrayList<>();
        private final int size;

        Drawer() {
            this(0);
        }

        Drawer(int size) {
            this.size = size;
        }
    }

    @Test
    void a_state_keeps_what_its_final_fields_hold() {
        JsonFormat fields = JsonFormat.ofFields();
        fields.prepare(Drawer.class);
        Drawer drawer = new Drawer(7);
        drawer.things.add("spoon");

        Drawer read = fields.read(fields.write(drawer), Drawer.class);

        assertThat(read.things).containsExactly("spoon");
        assertThat(read.size).isEqualTo(7);
    }

    /** A state with a set that is in the order in which things were added. */
    static final class Named {
        private Set<String> names = new LinkedHashSet<>();

        Set<String> names() {
            return names;
        }
    }

    record Names(Set<String> names) {}

    @Test
    void a_set_keeps_its_order_in_states_and_in_events() {
        Named named = new Named();
        named.names().addAll(List.of("aab", "aaa", "zz", "b"));
        JsonFormat fields = JsonFormat.ofFields();
        assertThat(fields.read(fields.write(named), Named.class).names())
                .containsExactly("aab", "aaa", "zz", "b");
        assertThat(format.read(format.write(new Names(named.names())), Names.class).names())
                .containsExactly("aab", "aaa", "zz", "b");
    }
}
