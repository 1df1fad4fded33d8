package org.leftfold.testkit.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.Payload;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.codec.PayloadFormat;
import tools.jackson.databind.node.ObjectNode;

class SchemaSamplesTest {
    /** Money, which is no record and is stored as a text. */
    static final class Money {
        private final String text;

        @JsonCreator
        Money(String text) {
            if (!text.endsWith("KRW")) {
                throw new IllegalArgumentException("no currency: " + text);
            }
            this.text = text;
        }

        @JsonValue
        String text() {
            return text;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // somebody will
    @EventName("numbers")
    record Numbers(
            byte tiny,
            Short small,
            long large,
            float single,
            Double real,
            boolean flag,
            char letter,
            BigInteger whole,
            OptionalLong perhaps,
            int[] list,
            byte[] bytes) {}

    @EventName("times")
    record Times(
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
            DayOfWeek day) {}

    @EventName("others")
    record Others(
            @JsonProperty("called") String name,
            UUID id,
            URI link,
            Locale locale,
            Currency currency,
            Set<String> set,
            SortedSet<String> sorted,
            Map<UUID, List<String>> map,
            SortedMap<String, Integer> tree,
            Optional<List<? extends CharSequence>> deep) {}

    @EventName("priced")
    record Priced(Money price) {}

    @TempDir private Path directory;

    private String written(SchemaGate<?> gate) throws IOException {
        Path file = directory.resolve("all.events");
        Files.deleteIfExists(file);
        gate.update(file);
        gate.check(file);
        assertThat(gate.update(file)).isEmpty();
        return Files.readString(file);
    }

    @Test
    void every_plain_type_has_a_sample_that_is_read_and_written_the_same() throws Exception {
        assertThat(written(SchemaGate.of(EventSchema.of(Numbers.class))))
                .contains(
                        "field list: list of int\n", "field bytes: bytes\n", "field small: Short\n")
                .contains(
                        "\"letter\":\"c\"", "\"perhaps\":1", "\"list\":[1]", "\"bytes\":\"AQ==\"");
        assertThat(written(SchemaGate.of(EventSchema.of(Times.class))))
                .contains("\"zoned\":\"2026-01-02T03:04:05.678+09:00[Asia/Seoul]\"");
        assertThat(written(SchemaGate.of(EventSchema.of(Others.class))))
                .contains("field called: String\n")
                .contains("field sorted: set of String\n")
                .contains("field map: map of UUID to list of String\n")
                .contains("field deep: optional list of CharSequence\n");
    }

    @Test
    void a_part_that_cannot_be_made_up_is_given() throws Exception {
        SchemaGate<Priced> gate = SchemaGate.of(EventSchema.of(Priced.class));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gate.compare("format 1"))
                .withMessage(
                        "no sample of %s can be made: it is neither a record nor a plain type."
                                + " Give one: SchemaGate.of(...).sample(new Money(...))",
                        Money.class.getName());
        assertThat(written(gate.sample(new Money("10 KRW"))))
                .contains("field price: Money\nsample {\"price\":\"10 KRW\"}\n");
    }

    @Test
    void with_the_system_property_a_check_brings_the_file_up_to_date() throws Exception {
        Path file = directory.resolve("new.events");
        System.setProperty(SchemaGate.PROPERTY, "update");
        try {
            SchemaGate.of(EventSchema.of(Times.class)).check(file);
        } finally {
            System.clearProperty(SchemaGate.PROPERTY);
        }
        SchemaGate.of(EventSchema.of(Times.class)).check(file);
    }

    /** JSON with every bit turned over. */
    private static final class Inverted implements PayloadFormat {
        private final JsonFormat json = new JsonFormat();

        private static Payload invert(Payload payload) {
            byte[] bytes = payload.toByteArray();
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) ~bytes[i];
            }
            return Payload.of(bytes);
        }

        @Override
        public Payload write(Object value) {
            return invert(json.write(value));
        }

        @Override
        public <T> T read(Payload payload, Class<T> type) {
            return json.read(invert(payload), type);
        }

        @Override
        public <T> T read(ObjectNode tree, Class<T> type) {
            return json.read(tree, type);
        }

        @Override
        public ObjectNode tree(Payload payload) {
            return json.tree(invert(payload));
        }

        @Override
        public ObjectNode toTree(Object value) {
            return json.toTree(value);
        }

        @Override
        public void prepare(Class<?> type) {
            json.prepare(type);
        }
    }

    @Test
    void payloads_that_are_no_text_are_kept_as_base64() throws Exception {
        SchemaGate<Times> gate =
                SchemaGate.of(new EventCodec<>(EventSchema.of(Times.class), new Inverted()));
        assertThat(written(gate)).containsPattern("\nsample base64:[A-Za-z0-9+/]+=*\n");
    }
}
