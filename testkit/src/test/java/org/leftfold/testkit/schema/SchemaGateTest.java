package org.leftfold.testkit.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.leftfold.testkit.schema.SchemaChange.Kind.BREAKING;
import static org.leftfold.testkit.schema.SchemaChange.Kind.COMPATIBLE;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.Upcast;

class SchemaGateTest {
    interface Event {}

    enum Size {
        SMALL,
        LARGE
    }

    record Room(int floor, List<Room> inside) {}

    record Pair<A, B>(A left, Optional<B> right) {}

    /** What is committed in most tests. */
    @EventName("moved")
    record Moved(
            String street,
            int number,
            Size size,
            List<Room> rooms,
            Map<String, BigDecimal> prices,
            Pair<String, Instant> pair)
            implements Event {}

    @EventName("viewed")
    record Viewed(String by) implements Event {}

    @TempDir private Path directory;
    private Path file;

    @BeforeEach
    void commit() {
        file = directory.resolve("deeper/customer.events");
        gate(Moved.class, Viewed.class).update(file);
    }

    @SafeVarargs
    static EventSchema.Builder<Event> schema(Class<? extends Event>... events) {
        EventSchema.Builder<Event> builder = EventSchema.builder(Event.class);
        for (Class<? extends Event> each : events) {
            builder.event(each);
        }
        return builder;
    }

    @SafeVarargs
    static SchemaGate<Event> gate(Class<? extends Event>... events) {
        return SchemaGate.of(schema(events).build());
    }

    private String committed() {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static SchemaChange one(List<SchemaChange> changes) {
        assertThat(changes).hasSize(1);
        return changes.getFirst();
    }

    @Test
    void the_file_has_a_line_for_each_field_and_a_sample_for_each_version() {
        assertThat(committed())
                .isEqualTo(
                        """
                        # The schemas of all events that were ever committed, with samples that stay readable.
                        # Written by SchemaGate, with -Dleftfold.schema=update. Commit it and do not edit it, except
                        # to delete the lines of an event that was never stored anywhere.
                        format 1

                        event moved 1
                        field street: String
                        field number: int
                        field size: enum SMALL|LARGE
                        field rooms: list of record
                        field rooms[].floor: int
                        field rooms[].inside: list of record as rooms[]
                        field prices: map of String to BigDecimal
                        field pair: record
                        field pair.left: String
                        field pair.right: optional Instant
                        sample {"street":"street","number":1,"size":"SMALL","rooms":[{"floor":1,"inside":[]}],"prices":{"prices":1.50},"pair":{"left":"left","right":"2026-01-02T03:04:05.678Z"}}

                        event viewed 1
                        field by: String
                        sample {"by":"by"}
                        """);
    }

    @Test
    void the_first_check_writes_the_file_and_says_so_and_the_next_one_passes() throws Exception {
        Path first = directory.resolve("first.events");
        SchemaGate<Event> gate = gate(Moved.class, Viewed.class);
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> gate.check(first))
                .withMessage(
                        "%s did not exist and was written just now. Look at it, commit it, and run this again.",
                        first);
        assertThat(Files.readString(first)).isEqualTo(committed());
        gate.check(first);
        assertThat(gate.update(first)).isEmpty();
        try (var left = Files.list(directory)) {
            assertThat(left).containsExactlyInAnyOrder(first, directory.resolve("deeper"));
        }
    }

    @Test
    void a_file_with_other_line_ends_is_the_same() throws Exception {
        Files.writeString(file, committed().replace("\n", "\r\n"));
        gate(Moved.class, Viewed.class).check(file);
    }

    @Test
    void a_file_that_was_damaged_is_refused_with_the_line() {
        SchemaGate<Event> gate = gate(Moved.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gate.compare("<<<<<<< ours\n"))
                .withMessage(
                        "line 1 of the schema file, '<<<<<<< ours', cannot be: it has to be 'format 1'."
                                + " Take the file from version control.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gate.compare("format 1\nfield a: int"))
                .withMessageContaining("line 2")
                .withMessageContaining("it has to be 'event', a name and a version");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gate.compare("format 1\nevent a 1\n=======\n"))
                .withMessageContaining("line 3")
                .withMessageContaining("it is neither an event, nor a field, nor a sample");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gate.compare("format 1\nevent a 1\nevent a 1\n"))
                .withMessageContaining("the file has it twice");
    }

    @Test
    void a_check_never_writes_a_file_that_is_there() {
        String before = committed();
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> gate(Moved.class).check(file));
        assertThat(committed()).isEqualTo(before);
    }

    @Test
    void nothing_is_said_when_nothing_changed() {
        assertThat(gate(Viewed.class, Moved.class).compare(committed())).isEmpty();
    }

    @EventName("greeted")
    record Greeted(String by, String with) implements Event {}

    @Test
    void a_new_event_is_compatible_and_wants_to_be_recorded() {
        SchemaGate<Event> gate = gate(Moved.class, Viewed.class, Greeted.class);
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> gate.check(file))
                .withMessage(
                        """
                        the events of %s are not as committed in %s:
                          - compatible: 'greeted' version 1: it is a new event
                              -> nothing; record it
                        All of it is compatible: run this with -Dleftfold.schema=update, and commit the file.\
                        """
                                .formatted(Event.class.getName(), file));
        assertThat(gate.update(file)).hasSize(1);
        assertThat(committed()).contains("event greeted 1\nfield by: String\nfield with: String\n");
        gate.check(file);
    }

    @EventName("viewed")
    record ViewedMore(String by, Optional<String> from, int seconds) implements Event {}

    @Test
    void an_added_field_is_compatible_and_the_older_sample_stays() {
        SchemaGate<Event> gate = gate(Moved.class, ViewedMore.class);
        assertThat(gate.update(file))
                .extracting(SchemaChange::kind, SchemaChange::what)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                COMPATIBLE,
                                "field 'from' (optional String) is new; events stored so far have its default"),
                        org.assertj.core.groups.Tuple.tuple(
                                COMPATIBLE,
                                "field 'seconds' (int) is new; events stored so far have its default"));
        assertThat(committed())
                .endsWith(
                        """
                        event viewed 1
                        field by: String
                        field from: optional String
                        field seconds: int
                        sample {"by":"by"}
                        sample {"by":"by","from":"from","seconds":1}
                        """);
        gate.check(file);
    }

    @EventName("viewed")
    record ViewedByWhom(String whom) implements Event {}

    @EventName(value = "viewed", version = 2)
    record ViewedByWhom2(String whom) implements Event {}

    @Test
    void with_the_version_raised_and_the_upcaster_it_passes_and_both_versions_stay() {
        EventSchema<Event> schema =
                schema(Moved.class, ViewedByWhom2.class)
                        .upcast("viewed", 1, json -> json.put("whom", json.remove("by").asString()))
                        .build();
        SchemaChange change = one(SchemaGate.of(schema).update(file));
        assertThat(change.kind()).isEqualTo(COMPATIBLE);
        assertThat(change.version()).isEqualTo(2);
        assertThat(change.what()).isEqualTo("it is a new version of the event");
        assertThat(committed())
                .endsWith(
                        """
                        event viewed 1
                        field by: String
                        sample {"by":"by"}

                        event viewed 2
                        field whom: String
                        sample {"whom":"whom"}
                        """);
        SchemaGate.of(schema).check(file);
    }

    @Test
    void an_upcaster_that_breaks_is_found_by_the_sample_of_its_version() {
        EventSchema<Event> schema =
                schema(Moved.class, ViewedByWhom2.class)
                        .upcast("viewed", 1, json -> json.put("whom", json.get("who").asString()))
                        .build();
        SchemaChange change = SchemaGate.of(schema).compare(committed()).getLast();
        assertThat(change.kind()).isEqualTo(BREAKING);
        assertThat(change.version()).isEqualTo(1);
        assertThat(change.what())
                .startsWith("its committed sample cannot be read any more: NullPointerException");
        assertThat(change.advice())
                .isEqualTo(
                        "mend what is said about it in the EventSchema: upcast(\"viewed\", 1, json -> ...)");
    }

    @Test
    void a_removed_event_is_breaking_until_it_is_said_what_becomes_of_it() {
        SchemaChange change = one(gate(Moved.class).compare(committed()));
        assertThat(change.kind()).isEqualTo(BREAKING);
        assertThat(change.what())
                .startsWith("the event was removed, and those that are stored cannot be read: ");
        assertThat(change.advice())
                .isEqualTo(
                        "add renamed(\"viewed\", \"...\"), or upcast(\"viewed\", 1, Upcast.into(...)), or"
                                + " dropped(\"viewed\")");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> gate(Moved.class).update(file))
                .withMessageContaining("breaking: 'viewed' version 1: the event was removed")
                .withMessageEndingWith(
                        "The file stays as it was. Delete the lines of an event from it only if that was never stored.");
    }

    @EventName("seen")
    record Seen(String by) implements Event {}

    @Test
    void an_event_that_looks_renamed_is_named_in_the_advice() {
        SchemaChange change = gate(Moved.class, Seen.class).compare(committed()).getFirst();
        assertThat(change.advice()).startsWith("add renamed(\"viewed\", \"seen\"), or ");
    }

    @Test
    void a_dropped_renamed_or_upcast_event_is_compatible() {
        assertThat(
                        one(
                                SchemaGate.of(schema(Moved.class).dropped("viewed").build())
                                        .compare(committed())))
                .returns(COMPATIBLE, SchemaChange::kind)
                .returns(
                        "the event is gone; what is stored is read as nothing", SchemaChange::what);
        assertThat(
                        SchemaGate.of(
                                        schema(Moved.class, Seen.class)
                                                .renamed("viewed", "seen")
                                                .build())
                                .compare(committed()))
                .extracting(SchemaChange::what)
                .containsExactly(
                        "the event is gone; what is stored is read as Seen", "it is a new event");
        EventSchema<Event> upcast =
                schema(Moved.class, Seen.class)
                        .upcast("viewed", 1, Upcast.into("seen", 1, json -> json))
                        .build();
        assertThat(SchemaGate.of(upcast).update(file)).hasSize(2);
        assertThat(committed()).contains("event viewed 1 gone\nfield by: String\nsample ");
        SchemaGate.of(upcast).check(file);
    }

    @Test
    void a_removed_event_stays_readable_for_ever() {
        SchemaGate.of(schema(Moved.class).dropped("viewed").build()).update(file);
        assertThat(one(gate(Moved.class).compare(committed())).kind()).isEqualTo(BREAKING);
    }

    @Test
    void a_name_that_was_given_up_is_not_used_again() {
        SchemaGate.of(schema(Moved.class).dropped("viewed").build()).update(file);
        SchemaChange change = one(gate(Moved.class, Viewed.class).compare(committed()));
        assertThat(change.kind()).isEqualTo(BREAKING);
        assertThat(change.what())
                .isEqualTo("the name was given up, and Viewed uses it again for version 1");
        assertThat(change.advice())
                .isEqualTo(
                        "give Viewed another name, or version 2 and say how older ones are read");
    }

    @EventName("viewed")
    record ViewedByNobody(String by) implements Event {
        public ViewedByNobody {
            if (by.equals("by")) {
                throw new IllegalArgumentException("nobody is called by");
            }
        }
    }

    @Test
    void a_constructor_that_refuses_what_is_stored_is_breaking() {
        SchemaGate<Event> gate = SchemaGate.of(schema(Moved.class, ViewedByNobody.class).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gate.compare(committed()))
                .withMessageContaining("no sample of " + ViewedByNobody.class.getName())
                .withMessageContaining("nobody is called by")
                .withMessageEndingWith(
                        "Give one: SchemaGate.of(...).sample(new ViewedByNobody(...))");
        gate.sample(new ViewedByNobody("ada"));
        SchemaChange change = one(gate.compare(committed()));
        assertThat(change.kind()).isEqualTo(BREAKING);
        assertThat(change.what())
                .contains("the version is the same")
                .contains("nobody is called by");
    }

    @EventName(value = "viewed", version = 3)
    record ViewedThird(String by) implements Event {}

    @Test
    void a_version_that_goes_back_is_breaking() {
        EventSchema<Event> third =
                schema(Moved.class, ViewedThird.class)
                        .unchanged("viewed", 1)
                        .unchanged("viewed", 2)
                        .build();
        SchemaGate.of(third).update(file);
        SchemaChange change = one(gate(Moved.class, Viewed.class).compare(committed()));
        assertThat(change.kind()).isEqualTo(BREAKING);
        assertThat(change.version()).isEqualTo(3);
        assertThat(change.what())
                .isEqualTo("Viewed is written in version 1 again, and version 3 may be stored");
    }

    @Test
    void the_worst_is_said_first() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> gate(ViewedByWhom.class, Greeted.class).check(file))
                .satisfies(failure ->
                        assertThat(
                                        String.valueOf(failure.getMessage())
                                                .lines()
                                                .filter(line -> line.startsWith("  - ")))
                                .extracting(line -> line.substring(4, line.indexOf(':')))
                                .containsExactly("breaking", "needs an upcaster", "compatible"));
    }
}
