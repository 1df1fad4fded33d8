package org.leftfold.framework.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.InMemorySnapshotStore;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.lockers.LockerDecider;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Label;
import org.leftfold.framework.lockers.LockerDecider.LockerEvent;
import org.leftfold.framework.lockers.LockerDecider.LockerState;
import org.leftfold.framework.snapshot.SnapshotPolicy;
import org.leftfold.framework.snapshot.Snapshots;
import org.leftfold.framework.snapshot.StateFormat;

/**
 * When the events are stored, the command has succeeded: whoever hears of a failure then gives it
 * again. And nothing that only saves work keeps anybody from loading.
 */
class BehindTheAppendTest {
    private static final StateFormat<LockerState> JSON =
            StateFormat.json("locker", 1, LockerState.class);

    private final EventStore store = InMemoryEventStore.open();
    private final SnapshotStore snapshots = new InMemorySnapshotStore();
    private final List<String> heard = new ArrayList<>();

    @AfterEach
    void close() {
        store.close();
    }

    private final class Heard implements RepositoryListener {
        @Override
        public void failed(StreamName stream, long version, RuntimeException cause) {
            heard.add("failed %d: %s".formatted(version, cause.getMessage()));
        }

        @Override
        public void skipped(StreamName stream, long version, RuntimeException cause) {
            heard.add("skipped %d: %s".formatted(version, cause.getMessage()));
        }

        @Override
        public void notCached(StreamName stream, long version, RuntimeException cause) {
            heard.add("not cached %d: %s".formatted(version, cause.getMessage()));
        }
    }

    private RepositoryBuilder<LockerCommand, LockerState, LockerEvent> lockers() {
        return Leftfold.on(store).define("locker", new LockerDecider()).listener(new Heard());
    }

    private void assertStores(
            RepositoryBuilder<LockerCommand, LockerState, LockerEvent> lockers, String... told) {
        heard.clear();
        long before = store.head();
        var handled = lockers.build().handle("L7", new Label("text " + before));
        assertThat(handled.version()).isEqualTo(before + 1);
        assertThat(heard).containsExactly(told);
    }

    private static StateFormat<LockerState> failing(
            @Nullable Error writing, @Nullable Error reading) {
        return StateFormat.memento(
                "locker",
                1,
                LockerState.class,
                state -> orThrow(state, writing),
                state -> orThrow(state, reading));
    }

    private static LockerState orThrow(LockerState state, @Nullable Error error) {
        if (error != null) {
            throw error;
        }
        return state;
    }

    private RepositoryBuilder<LockerCommand, LockerState, LockerEvent> with(
            StateFormat<LockerState> format) {
        return lockers().snapshots(Snapshots.in(snapshots, format, SnapshotPolicy.every(1)));
    }

    @Test
    void an_error_in_a_snapshot_fails_no_command() {
        for (Error error : List.of(new AssertionError("no"), new StackOverflowError("deep"))) {
            String what = error.getClass().getName() + " was thrown";
            assertStores(
                    with(failing(error, null)), "failed %d: %s".formatted(store.head() + 1, what));
            SnapshotPolicy<LockerState> policy =
                    (snapshotVersion, before, after, state) -> orThrow(state, error).count() > 0;
            assertStores(
                    lockers().snapshots(Snapshots.in(snapshots, JSON, policy)),
                    "failed %d: %s".formatted(store.head() + 1, what));
        }
    }

    /** Fails at each call, as a driver that is not there does. */
    private static final class AbsentStore implements SnapshotStore {
        @Override
        public void save(Snapshot snapshot) {
            throw new NoClassDefFoundError("driver");
        }

        @Override
        public Optional<Snapshot> newest(StreamName stream, String stateType, long maxVersion) {
            throw new NoClassDefFoundError("driver");
        }

        @Override
        public void drop(StreamName stream) {}
    }

    @Test
    void an_error_of_the_store_of_snapshots_fails_no_command() {
        String what = "java.lang.NoClassDefFoundError was thrown";
        assertStores(
                lockers().snapshots(Snapshots.in(new AbsentStore(), JSON, SnapshotPolicy.every(1))),
                "skipped 0: " + what,
                "failed 1: " + what);
    }

    @Test
    void a_snapshot_that_is_read_with_an_error_or_as_null_is_skipped() {
        with(JSON).build().handle("L7", new Label("first"));
        var broken = with(failing(null, new StackOverflowError("deep"))).build();
        assertThat(broken.load("L7").state().label()).isEqualTo("first");
        StateFormat<LockerState> absent =
                StateFormat.memento(
                        "locker",
                        1,
                        LockerState.class,
                        state -> state,
                        BehindTheAppendTest::nothing);
        assertThat(with(absent).build().load("L7").state().label()).isEqualTo("first");
        assertThat(heard)
                .containsExactly(
                        "skipped 1: java.lang.StackOverflowError was thrown",
                        "skipped 1: it was read as null");
    }

    @SuppressWarnings("NullAway") // code of the application may give null against its types
    private static LockerState nothing(LockerState state) {
        return null;
    }

    @Test
    void a_state_that_cannot_be_copied_for_the_cache_fails_no_command() {
        UnaryOperator<LockerState> failing =
                state -> {
                    throw new IllegalStateException("no copy");
                };
        assertStores(lockers().cache(10, failing), "not cached 1: no copy");
        assertStores(
                lockers().cache(10, BehindTheAppendTest::nothing),
                "not cached 2: the copy is null");
        var cached = lockers().cache(10, BehindTheAppendTest::nothing).build();
        cached.handle("L7", new Label("third"));
        assertThat(cached.handle("L7", new Label("fourth")).version()).isEqualTo(4);
    }

    /** Throws at each call, against its contract. */
    private static final class Throwing implements RepositoryListener {
        @Override
        public void loaded(StreamName stream, long eventsRead, Duration took) {
            throw new IllegalStateException("metrics are down");
        }

        @Override
        public void saved(StreamName stream, long version) {
            throw new AssertionError("metrics are down");
        }

        @Override
        public void failed(StreamName stream, long version, RuntimeException cause) {
            throw new IllegalStateException("metrics are down");
        }
    }

    @Test
    void a_listener_that_throws_fails_no_command() {
        assertStores(with(JSON).listener(new Throwing()));
        assertStores(with(failing(new AssertionError("no"), null)).listener(new Throwing()));
        assertThat(snapshots.newest(StreamName.of("locker", "L7"), "locker", 9)).isPresent();
    }
}
