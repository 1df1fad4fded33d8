package org.leftfold.testkit.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.testkit.schema.SchemaChange.Kind.BREAKING;
import static org.leftfold.testkit.schema.SchemaChange.Kind.COMPATIBLE;
import static org.leftfold.testkit.schema.SchemaChange.Kind.NEEDS_UPCASTER;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.testkit.schema.SchemaGateTest.Event;
import org.leftfold.testkit.schema.SchemaGateTest.Moved;
import org.leftfold.testkit.schema.SchemaGateTest.Pair;
import org.leftfold.testkit.schema.SchemaGateTest.Room;
import org.leftfold.testkit.schema.SchemaGateTest.Size;
import org.leftfold.testkit.schema.SchemaGateTest.Viewed;
import org.leftfold.testkit.schema.SchemaGateTest.ViewedByWhom;

/** What is said about fields that change while the schema version stays. */
class FieldChangesTest {
    @TempDir private Path directory;

    /** Commits one event and gives what is said about another one in its place. */
    private List<SchemaChange> changes(Class<? extends Event> before, EventSchema<Event> now) {
        Path other = directory.resolve("other.events");
        SchemaGateTest.gate(before).update(other);
        try {
            List<SchemaChange> changes = SchemaGate.of(now).compare(Files.readString(other));
            Files.delete(other);
            return changes;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<SchemaChange> changes(Class<? extends Event> before, Class<? extends Event> now) {
        return changes(before, SchemaGateTest.schema(now).build());
    }

    @Test
    void a_field_that_is_left_out_alone_is_compatible() {
        SchemaChange change = SchemaGateTest.one(changes(ViewedBySeconds.class, Viewed.class));
        assertThat(change.kind()).isEqualTo(COMPATIBLE);
        assertThat(change.what())
                .isEqualTo(
                        "field 'seconds' (int) is gone; what is stored in it is not read any more");
    }

    @EventName("viewed")
    record ViewedBySeconds(String by, int seconds) implements Event {}

    @EventName("viewed")
    record ViewedStrictly(String by, String from) implements Event {
        public ViewedStrictly {
            Objects.requireNonNull(from, "from where");
        }
    }

    @Test
    void an_added_field_that_refuses_stored_events_needs_an_upcaster() {
        List<SchemaChange> changes = changes(Viewed.class, ViewedStrictly.class);
        assertThat(changes)
                .extracting(SchemaChange::kind)
                .containsExactly(COMPATIBLE, NEEDS_UPCASTER);
        assertThat(changes.getLast().what())
                .startsWith(
                        "its committed sample cannot be read any more, and the version is the same: ")
                .contains("from where");
        assertThat(changes.getLast().advice())
                .isEqualTo(
                        "accept what is stored, or raise @EventName(value = \"viewed\", version = 2) of"
                                + " ViewedStrictly and add upcast(\"viewed\", 1, json -> ...)");
    }

    @Test
    void a_renamed_field_needs_an_upcaster_which_is_written_out() {
        SchemaChange change = SchemaGateTest.one(changes(Viewed.class, ViewedByWhom.class));
        assertThat(change)
                .isEqualTo(
                        new SchemaChange(
                                NEEDS_UPCASTER,
                                "viewed",
                                1,
                                "field 'by' is gone and 'whom' is new, both String: it looks renamed, and"
                                        + " what is stored in 'by' would be lost",
                                "raise @EventName(value = \"viewed\", version = 2) of ViewedByWhom and add"
                                        + " upcast(\"viewed\", 1, json -> { json.set(\"whom\","
                                        + " json.remove(\"by\")); return json; }), or unchanged(\"viewed\", 1)"
                                        + " if nothing has to be done"));
    }

    @EventName("viewed")
    record ViewedByAnother(String by, Instant at, Room room) implements Event {}

    @EventName("viewed")
    record ViewedByInstant(Instant by, String at, String room) implements Event {}

    @Test
    void a_retyped_field_needs_an_upcaster() {
        List<SchemaChange> changes = changes(ViewedByAnother.class, ViewedByInstant.class);
        assertThat(changes)
                .extracting(SchemaChange::what)
                .containsExactly(
                        "field 'by' was String and is Instant",
                        "field 'at' was Instant and is String",
                        "field 'room' was record and is String");
        assertThat(changes).extracting(SchemaChange::kind).containsOnly(NEEDS_UPCASTER);
        assertThat(changes.getFirst().advice())
                .contains("raise @EventName(value = \"viewed\", version = 2) of ViewedByInstant")
                .contains(
                        "upcast(\"viewed\", 1, json -> { /* make Instant of 'by' */ return json; })");
    }

    @EventName("sold")
    record SoldInCents(String what, long cents) implements Event {}

    @EventName("sold")
    record SoldInAmount(String what, BigDecimal amount) implements Event {}

    @Test
    void a_field_that_gives_way_to_one_of_another_type_needs_an_upcaster() {
        List<SchemaChange> changes = changes(SoldInCents.class, SoldInAmount.class);
        assertThat(changes.getFirst().kind()).isEqualTo(NEEDS_UPCASTER);
        assertThat(changes.getFirst().what())
                .isEqualTo(
                        "field 'cents' (long) is gone while [amount] came beside it, and what is stored in it would be lost");
    }

    enum Grown {
        SMALL,
        MIDDLE,
        LARGE
    }

    @EventName("moved")
    record MovedWider(
            Optional<String> street,
            Long number,
            Grown size,
            List<Room> rooms,
            Map<String, BigDecimal> prices,
            Pair<String, Instant> pair)
            implements Event {}

    @Test
    void a_wider_type_is_compatible() {
        assertThat(changes(Moved.class, MovedWider.class))
                .extracting(SchemaChange::kind, SchemaChange::what)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                COMPATIBLE,
                                "field 'street' was String and is optional String, which reads all that was stored"),
                        org.assertj.core.groups.Tuple.tuple(
                                COMPATIBLE,
                                "field 'number' was int and is Long, which reads all that was stored"),
                        org.assertj.core.groups.Tuple.tuple(
                                COMPATIBLE,
                                "field 'size' was enum SMALL|LARGE and is enum SMALL|MIDDLE|LARGE, which reads all that was stored"));
    }

    @Test
    void a_constant_that_is_gone_needs_an_upcaster() {
        assertThat(SchemaGateTest.one(changes(GrownSize.class, OldSize.class)))
                .returns(NEEDS_UPCASTER, SchemaChange::kind)
                .returns(
                        "field 'size' was enum SMALL|MIDDLE|LARGE and is enum SMALL|LARGE",
                        SchemaChange::what);
    }

    @EventName("sized")
    record GrownSize(Grown size) implements Event {}

    @EventName("sized")
    record OldSize(Size size) implements Event {}

    @EventName("housed")
    record Housed(List<Room> rooms) implements Event {}

    record Chamber(int storey, List<Chamber> inside) {}

    @EventName("housed")
    record HousedElsewhere(List<Chamber> rooms) implements Event {}

    @Test
    void a_change_deep_inside_is_found_and_the_name_of_a_class_is_none() {
        SchemaChange change = SchemaGateTest.one(changes(Housed.class, HousedElsewhere.class));
        assertThat(change.kind()).isEqualTo(NEEDS_UPCASTER);
        assertThat(change.what()).startsWith("field 'rooms[].floor' is gone and 'rooms[].storey'");
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    sealed interface Means {
        @JsonTypeName("cash")
        record Cash(long won) implements Means {}

        @JsonTypeName("card")
        record Card(String number, Means instead) implements Means {}
    }

    @EventName("paid")
    record Paid(Means by) implements Event {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({
        @JsonSubTypes.Type(value = OtherMeans.Coins.class, name = "cash"),
        @JsonSubTypes.Type(value = OtherMeans.Plastic.class, name = "card")
    })
    sealed interface OtherMeans {
        record Coins(long won) implements OtherMeans {}

        record Plastic(String pan, OtherMeans instead) implements OtherMeans {}
    }

    @EventName("paid")
    record PaidOtherwise(OtherMeans by) implements Event {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    sealed interface CashOnly {
        @JsonTypeName("cash")
        record Cash(long won) implements CashOnly {}
    }

    @EventName("paid")
    record PaidInCash(CashOnly by) implements Event {}

    @Test
    void a_change_in_one_of_the_classes_that_a_part_may_have_is_found() {
        assertThat(changes(Paid.class, Paid.class)).isEmpty();
        assertThat(SchemaGateTest.one(changes(Paid.class, PaidOtherwise.class)))
                .returns(NEEDS_UPCASTER, SchemaChange::kind)
                .returns(
                        "field 'by(card).number' is gone and 'by(card).pan' is new, both String: it looks renamed, and what is stored in 'by(card).number' would be lost",
                        SchemaChange::what);
        assertThat(SchemaGateTest.one(changes(Paid.class, PaidInCash.class)))
                .returns(NEEDS_UPCASTER, SchemaChange::kind)
                .returns("field 'by' was one of card|cash and is one of cash", SchemaChange::what);
        assertThat(changes(PaidInCash.class, Paid.class))
                .extracting(SchemaChange::kind)
                .containsOnly(COMPATIBLE);
    }

    @EventName("viewed")
    record Weighed(int grams, Set<String> scales) implements Event {}

    @Test
    void a_name_that_means_something_else_is_breaking() {
        SchemaChange change = SchemaGateTest.one(changes(Viewed.class, Weighed.class));
        assertThat(change.kind()).isEqualTo(BREAKING);
        assertThat(change.what())
                .isEqualTo(
                        "none of the committed fields is left, so the name means something else now");
    }

    @EventName("sold")
    record SoldAtTimes(@JsonFormat(shape = JsonFormat.Shape.STRING) int number) implements Event {}

    @EventName("sold")
    record Sold(int number) implements Event {}

    @Test
    void another_format_of_the_same_fields_without_another_version_is_breaking() {
        SchemaChange change = SchemaGateTest.one(changes(Sold.class, SoldAtTimes.class));
        assertThat(change.kind()).isEqualTo(BREAKING);
        assertThat(change.what())
                .isEqualTo(
                        "its fields are the same, but it is written in another format:"
                                + " {\"number\":1} was committed, {\"number\":\"1\"} is written");
        assertThat(change.advice())
                .isEqualTo(
                        "write it as before, or raise @EventName(value = \"sold\", version = 2) of"
                                + " SoldAtTimes and add upcast(\"sold\", 1, json -> ...)");
    }
}
