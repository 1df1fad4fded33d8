package org.leftfold.framework.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.framework.repository.CommandOptions.trigger;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.EventId;
import org.leftfold.api.EventStore;
import org.leftfold.api.EventType;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.StreamName;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.decide.DefectException;
import org.leftfold.framework.transform.StreamFillingException;
import org.leftfold.framework.transform.StreamMark;
import org.leftfold.framework.transform.StreamRedesign;
import org.leftfold.framework.transform.StreamSealedException;
import org.leftfold.framework.transform.Transformation;

class DecisionsTest {
    private final EventStore store = InMemoryEventStore.open();

    @AfterEach
    void close() {
        store.close();
    }

    /** A word that was said in a room. */
    @EventName("said")
    record Said(String room, String word) {}

    /** Says words, each once. */
    private static final class Words implements Decider<List<Said>, List<Said>, Said> {
        @Override
        public List<Said> initialState() {
            return List.of();
        }

        @Override
        public List<Said> decide(List<Said> command, List<Said> state) {
            return command.stream().filter(said -> !state.contains(said)).toList();
        }

        @Override
        public List<Said> evolve(List<Said> state, Said event) {
            var more = new java.util.ArrayList<>(state);
            more.add(event);
            return List.copyOf(more);
        }
    }

    private Decisions<List<Said>, List<Said>, Said> decisions(
            EventSchema<Said> schema, Query boundary) {
        return Leftfold.on(store)
                .decisions(
                        "words",
                        new Words(),
                        schema,
                        command -> boundary,
                        said -> StreamName.of("room", said.room()))
                .build();
    }

    @Test
    void the_state_behind_a_decision_is_the_one_that_is_loaded_then() {
        var words = decisions(EventSchema.of(Said.class), Query.types("said"));
        var command = List.of(new Said("a", "1"), new Said("b", "2"), new Said("a", "3"));
        var decided = words.handle(command);
        assertThat(decided.state()).isEqualTo(words.load(command));
    }

    @Test
    void a_boundary_that_names_a_type_has_what_was_stored_under_its_older_names() {
        StreamName room = StreamName.of("room", "a");
        store.append(
                Append.to(
                        room,
                        ExpectedVersion.any(),
                        new NewEvent(
                                EventId.next(),
                                new EventType("spoken"),
                                1,
                                Payload.ofText("{\"room\":\"a\",\"word\":\"1\"}"),
                                Metadata.none(),
                                java.util.Set.of())));
        EventSchema<Said> schema =
                EventSchema.builder(Said.class).renamed("spoken", "said").build();
        var words = decisions(schema, Query.types("said"));
        assertThat(words.handle(List.of(new Said("a", "1"))).outcome()).isEqualTo(Outcome.NOTHING);
    }

    @Test
    void a_schema_may_have_more_names_than_an_item_of_a_query() {
        EventSchema.Builder<Said> builder = EventSchema.builder(Said.class);
        for (int i = 0; i < 200; i++) {
            builder.renamed("spoken" + i, "said");
        }
        for (Query boundary : List.of(Query.all(), Query.types("said"))) {
            var words = decisions(builder.build(), boundary);
            words.handle(List.of(new Said("a", "1")));
            assertThat(words.handle(List.of(new Said("a", "1"))).outcome())
                    .isEqualTo(Outcome.NOTHING);
        }
        assertThat(store.head()).isEqualTo(1);
    }

    @Test
    void a_boundary_of_everything_leaves_out_what_nobody_here_knows() {
        Leftfold.on(store)
                .repository("locker", new org.leftfold.framework.lockers.LockerDecider())
                .handle(
                        "L7",
                        new org.leftfold.framework.lockers.LockerDecider.LockerCommand.Label("x"));
        var words = decisions(EventSchema.of(Said.class), Query.all());
        assertThat(words.handle(List.of(new Said("a", "1"))).outcome()).isEqualTo(Outcome.STORED);
        assertThat(words.handle(List.of(new Said("a", "1")), trigger("h", "m1")).outcome())
                .isEqualTo(Outcome.NOTHING);
        assertThat(words.handle(List.of(new Said("a", "2")), trigger("h", "m1")).outcome())
                .isEqualTo(Outcome.DUPLICATE);
    }

    /** Gives what nobody may give. */
    private static final class Absent implements Decider<String, String, Said> {
        @Override
        public String initialState() {
            return "";
        }

        @Override
        @SuppressWarnings("NullAway") // that is what is tried
        public List<Said> decide(String command, String state) {
            return command.isEmpty() ? null : java.util.Collections.singletonList(null);
        }

        @Override
        public String evolve(String state, Said event) {
            return state;
        }
    }

    @Test
    void null_is_a_defect_of_the_decider() {
        var absent =
                Leftfold.on(store)
                        .decisions(
                                "a", new Absent(), c -> Query.all(), e -> StreamName.of("a", "b"))
                        .build();
        for (String command : List.of("", "one")) {
            assertThatThrownBy(() -> absent.handle(command))
                    .isInstanceOf(DefectException.class)
                    .hasMessageStartingWith(
                            "LF-1208: %s gave null for String", Absent.class.getName());
        }
        assertThat(store.head()).isZero();
    }

    private static final AdminAct ACT = new AdminAct("anna", "rooms were rebuilt");
    private static final StreamName ROOM_A = StreamName.of("room", "a");

    /** Counts what was said, and says one more. */
    private static final class Count implements Decider<String, Integer, Said> {
        @Override
        public Integer initialState() {
            return 0;
        }

        @Override
        public List<Said> decide(String room, Integer count) {
            return List.of(new Said(room, String.valueOf(count)));
        }

        @Override
        public Integer evolve(Integer count, Said event) {
            return count + 1;
        }
    }

    private Decisions<String, Integer, Said> counting() {
        return Leftfold.on(store)
                .decisions(
                        "count",
                        new Count(),
                        EventSchema.of(Said.class),
                        command -> Query.types("said"),
                        said -> StreamName.of("room", said.room()))
                .build();
    }

    @Test
    void a_decision_stores_nothing_in_a_stream_that_was_sealed() {
        var count = counting();
        count.handle("a");
        new StreamRedesign(store, ACT).merge(List.of(ROOM_A), StreamName.of("room", "b"));
        assertThatThrownBy(() -> count.handle("a"))
                .isInstanceOfSatisfying(
                        StreamSealedException.class,
                        sealed ->
                                assertThat(sealed.successors())
                                        .containsExactly(StreamName.of("room", "b")));
        assertThat(store.version(ROOM_A)).isEqualTo(2);
        assertThat(count.handle("b").outcome()).isEqualTo(Outcome.STORED);

        assertThatThrownBy(() ->
                        store.append(
                                Append.to(ROOM_A, ExpectedVersion.any(), raw())
                                        .onlyIf(StreamMark.noneIn(List.of(ROOM_A), 0))))
                .isInstanceOf(ConditionFailedException.class);
    }

    private static NewEvent raw() {
        return NewEvent.ofJson("said", "{\"room\":\"a\",\"word\":\"raw\"}");
    }

    @Test
    void a_decision_waits_for_a_stream_that_is_being_filled_and_goes_on_in_it_then() {
        var count = counting();
        for (int i = 0; i < 3; i++) {
            count.handle("a");
        }
        StreamName into = StreamName.of("room", "b");
        var redesign = new StreamRedesign(store, ACT).inPortionsAbove(1);
        AtomicInteger tried = new AtomicInteger();
        redesign.split(
                ROOM_A,
                stored -> {
                    if (store.version(into) > 0) {
                        assertThatThrownBy(() -> count.handle("b"))
                                .isInstanceOf(StreamFillingException.class);
                        tried.incrementAndGet();
                    }
                    return Transformation.into(into).apply(stored);
                });
        assertThat(tried).hasPositiveValue();
        assertThat(count.handle("b").state()).isEqualTo(4);
        assertThat(count.handle("b").state()).isEqualTo(5);
    }

    @Test
    void what_a_merge_copied_counts_once() {
        var count = counting();
        count.handle("a");
        count.handle("c");
        new StreamRedesign(store, ACT).merge(List.of(ROOM_A), StreamName.of("room", "b"));
        new StreamRedesign(store, ACT)
                .merge(
                        List.of(StreamName.of("room", "b"), StreamName.of("room", "c")),
                        StreamName.of("room", "d"));
        assertThat(count.load(Query.types("said"))).isEqualTo(2);
        Query ofTheNew = Query.anyOf(QueryItem.everything().andStreams(StreamName.of("room", "d")));
        assertThat(count.load(ofTheNew)).as("without the old ones").isEqualTo(2);
        assertThat(count.handle("d").state()).isEqualTo(3);
    }
}
