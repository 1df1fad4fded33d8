package org.leftfold.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.testkit.scenario.BookDecider.JUNE;
import static org.leftfold.testkit.scenario.BookDecider.MAY;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.InMemorySnapshotStore;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.repository.CommandOptions;
import org.leftfold.framework.repository.Repository;
import org.leftfold.framework.snapshot.SnapshotPolicy;
import org.leftfold.framework.snapshot.Snapshots;
import org.leftfold.framework.snapshot.StateFormat;
import org.leftfold.testkit.scenario.BookDecider.BookCommand;
import org.leftfold.testkit.scenario.BookDecider.BookEvent;
import org.leftfold.testkit.scenario.BookDecider.BookState;
import org.leftfold.testkit.scenario.BookDecider.GiveBack;
import org.leftfold.testkit.scenario.BookDecider.Lend;
import org.leftfold.testkit.scenario.BookDecider.PassOn;
import org.leftfold.testkit.scenario.Shelf.PutOn;
import org.leftfold.testkit.scenario.Shelf.TakeOff;

/** The oracle lets right tests pass, and names stream, version and fields where it does not. */
class ReplayOracleTest {
    private final InMemoryEventStore store = InMemoryEventStore.open();
    private final SnapshotStore snapshots = new InMemorySnapshotStore();
    private final Repository<BookCommand, BookState, BookEvent> books =
            Leftfold.on(store)
                    .define("book", new BookDecider())
                    .snapshots(
                            Snapshots.in(
                                    snapshots,
                                    StateFormat.json("book", 1, BookState.class),
                                    SnapshotPolicy.every(2)))
                    .cache(10)
                    .build();

    @AfterEach
    void close() {
        store.close();
    }

    private void lendAndGiveBack(String id) {
        books.handle(id, new Lend("anna", MAY));
        books.handle(id, new PassOn("ben", JUNE));
        books.handle(id, new GiveBack());
    }

    @Test
    void a_right_test_passes() {
        Repository<Shelf.ShelfCommand, Shelf, Shelf.ShelfEvent> shelves =
                Leftfold.on(store).repository("shelf", Shelf.class);
        try (ReplayOracle oracle = ReplayOracle.of(books, shelves)) {
            lendAndGiveBack("b1");
            lendAndGiveBack("b2");
            books.handle("b1", new GiveBack(), CommandOptions.trigger("desk", "m1")); // pseudo
            shelves.handle("s1", new PutOn("Emma"));
            oracle.check();
            shelves.handle("s1", new TakeOff("Emma"));
        }
        assertThat(books.load("b1").version()).isEqualTo(5);
    }

    @Test
    void a_wrong_snapshot_is_found_with_stream_version_and_field() {
        lendAndGiveBack("b1");
        lendAndGiveBack("b2");
        Snapshots.in(snapshots, StateFormat.json("book", 1, BookState.class), (s, b, a, t) -> true)
                .offer(
                        StreamName.of("book", "b1"),
                        0,
                        2,
                        3,
                        new Snapshots.Held<>(new BookState("ben", 7), java.util.Set.of()),
                        org.leftfold.framework.repository.RepositoryListener.NONE);
        Repository<BookCommand, BookState, BookEvent> again =
                Leftfold.on(store)
                        .define("book", new BookDecider())
                        .snapshots(
                                Snapshots.in(
                                        snapshots,
                                        StateFormat.json("book", 1, BookState.class),
                                        SnapshotPolicy.never()))
                        .build();
        assertThatThrownBy(() -> ReplayOracle.of(again).check())
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        """
                        aggregates are not what their events make:
                          stream 'book-b1', at version 3: loans: expected 2, came 7\
                        """);
    }

    @Test
    void a_cache_that_shares_its_states_is_found() {
        Repository<Shelf.ShelfCommand, Shelf, Shelf.ShelfEvent> shelves =
                Leftfold.on(store)
                        .define("shelf", Shelf.class)
                        .cache(10, shelf -> shelf) // no copy
                        .build();
        assertThatThrownBy(
                        () -> {
                            try (ReplayOracle oracle = ReplayOracle.of(shelves)) {
                                assertThat(oracle).isNotNull();
                                shelves.handle("s1", new PutOn("Emma")).state().titles().clear();
                            }
                        })
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        """
                        aggregates are not what their events make:
                          stream 'shelf-s1', seen by the next command: titles[0]: expected "Emma", came nothing\
                        """);
    }

    /** Looks at more than the state and the event. */
    private static final class CountingDecider
            implements org.leftfold.framework.decide.Decider<BookCommand, Integer, BookEvent> {
        private final BookDecider books = new BookDecider();
        private int calls;

        @Override
        public Integer initialState() {
            return 0;
        }

        @Override
        public List<BookEvent> decide(BookCommand command, Integer state) {
            return books.decide(command, books.initialState());
        }

        @Override
        public Integer evolve(Integer state, BookEvent event) {
            return ++calls;
        }
    }

    @Test
    void a_fold_that_depends_on_more_than_the_events_is_found() {
        var counting = Leftfold.on(store).repository("book", new CountingDecider());
        counting.handle("b1", new Lend("anna", MAY));
        assertThatThrownBy(() -> ReplayOracle.of(counting).check())
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        """
                        aggregates are not what their events make:
                          stream 'book-b1', at version 1: expected 2, came 3
                          stream 'book-b1', load: expected 2, came 4
                          stream 'book-b1', seen by the next command: expected 2, came 5\
                        """);
    }

    @Test
    void a_stream_that_lost_its_first_events_is_found() {
        lendAndGiveBack("b1");
        store.admin().truncate(StreamName.of("book", "b1"), 3, new AdminAct("anna", "test"));
        assertThatThrownBy(() -> ReplayOracle.of(books).check())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("stream 'book-b1', version 3 comes behind version 0");
    }

    @Test
    void a_stream_that_cannot_be_read_is_found() {
        lendAndGiveBack("b1");
        store.append(
                StreamName.of("book", "b2"), ExpectedVersion.any(), NewEvent.ofJson("burnt", "{}"));
        assertThatThrownBy(() -> ReplayOracle.of(books).check())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("stream 'book-b2' cannot be replayed: ")
                .hasMessageContaining("LF-5002");
    }

    @Test
    void an_oracle_that_saw_nothing_fails() {
        assertThatThrownBy(() -> ReplayOracle.of(books).close())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(
                        "category 'book': nothing was checked, for the store has no event of it.");
    }

    @Test
    void a_long_stream_is_checked_at_versions_that_are_evenly_spread() {
        for (int n = 0; n < 450; n++) {
            books.handle("b1", new PassOn("reader" + n, MAY));
        }
        ReplayOracle.of(books).check();
        assertThat(books.load("b1").version()).isEqualTo(900);
    }

    @Test
    void only_the_first_findings_are_listed() {
        var counting = Leftfold.on(store).repository("book", new CountingDecider());
        for (int n = 0; n < 15; n++) {
            counting.handle("b" + n, new Lend("anna", MAY));
        }
        assertThatThrownBy(() -> ReplayOracle.of(counting).check())
                .isInstanceOf(AssertionError.class)
                .hasMessageEndingWith("\n  and 25 more");
    }
}
