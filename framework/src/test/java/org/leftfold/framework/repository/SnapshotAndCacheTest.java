package org.leftfold.framework.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.framework.repository.CommandOptions.none;
import static org.leftfold.framework.repository.CommandOptions.trigger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.InMemorySnapshotStore;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.lockers.LockerDecider;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Label;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Reserve;
import org.leftfold.framework.lockers.LockerDecider.LockerEvent;
import org.leftfold.framework.lockers.LockerDecider.LockerState;
import org.leftfold.framework.snapshot.SnapshotPolicy;
import org.leftfold.framework.snapshot.Snapshots;
import org.leftfold.framework.snapshot.StateFormat;

class SnapshotAndCacheTest {
    private static final StreamName L7 = StreamName.of("locker", "L7");
    private static final StateFormat<LockerState> JSON =
            StateFormat.json("locker", 1, LockerState.class);

    private final EventStore store = InMemoryEventStore.open();
    private final SnapshotStore snapshots = new InMemorySnapshotStore();
    private final Heard heard = new Heard();

    @AfterEach
    void close() {
        store.close();
    }

    /** Notes what it hears. */
    private static final class Heard implements RepositoryListener {
        final List<String> notes = new ArrayList<>();
        long eventsRead;

        @Override
        public void loaded(StreamName stream, long events, Duration took) {
            eventsRead = events;
        }

        @Override
        public void saved(StreamName stream, long version) {
            notes.add("saved " + version);
        }

        @Override
        public void failed(StreamName stream, long version, RuntimeException cause) {
            notes.add("failed %d: %s".formatted(version, cause.getMessage()));
        }

        @Override
        public void skipped(StreamName stream, long version, RuntimeException cause) {
            notes.add("skipped " + version);
        }
    }

    private RepositoryBuilder<LockerCommand, LockerState, LockerEvent> lockers() {
        return Leftfold.on(store).define("locker", new LockerDecider()).listener(heard);
    }

    private Repository<LockerCommand, LockerState, LockerEvent> every(long events) {
        return lockers()
                .snapshots(Snapshots.in(snapshots, JSON, SnapshotPolicy.every(events)))
                .build();
    }

    private static void label(
            Repository<LockerCommand, LockerState, LockerEvent> lockers, int first, int last) {
        for (int i = first; i <= last; i++) {
            lockers.handle("L7", new Label("text " + i));
        }
    }

    @Test
    void a_snapshot_is_made_whenever_the_version_passes_a_multiple() {
        var lockers = every(100);
        label(lockers, 1, 250);
        assertThat(heard.notes).containsExactly("saved 100", "saved 200");
        LockerState state = lockers.load("L7").state();
        assertThat(heard.eventsRead).isEqualTo(50);
        assertThat(state).isEqualTo(lockers().build().load("L7").state());
        assertThat(heard.eventsRead).as("without snapshots").isEqualTo(250);
    }

    @Test
    void the_state_at_a_version_begins_at_a_snapshot_that_is_not_above_it() {
        var lockers = every(10);
        label(lockers, 1, 25);
        assertThat(lockers.at("L7", 23).state().label()).isEqualTo("text 23");
        assertThat(heard.eventsRead).isEqualTo(3);
        assertThat(lockers.at("L7", 9).state().label()).isEqualTo("text 9");
        assertThat(lockers.at("L7", 0).version()).isZero();
    }

    @Test
    void an_older_snapshot_is_skipped_or_upcast_and_the_state_is_the_same() {
        label(every(10), 1, 12);
        StateFormat<LockerState> newer = StateFormat.json("locker", 2, LockerState.class);
        var skipping =
                lockers().snapshots(Snapshots.in(snapshots, newer, SnapshotPolicy.never())).build();
        LockerState expected = lockers().build().load("L7").state();
        assertThat(skipping.load("L7").state()).isEqualTo(expected);
        assertThat(heard.notes).contains("skipped 10");
        assertThat(heard.eventsRead).isEqualTo(12);

        StateFormat<LockerState> upcasting = newer.upcast(1, tree -> tree.put("label", "UP"));
        var lockers =
                lockers()
                        .snapshots(Snapshots.in(snapshots, upcasting, SnapshotPolicy.never()))
                        .build();
        assertThat(lockers.at("L7", 10).state().label()).isEqualTo("UP");
        assertThat(lockers.load("L7").state()).isEqualTo(expected);
        assertThat(heard.eventsRead).isEqualTo(2);
    }

    @Test
    void an_unreadable_snapshot_is_skipped_and_counted_and_an_older_one_is_tried() {
        var lockers = every(10);
        label(lockers, 1, 12);
        snapshots.save(
                new SnapshotStore.Snapshot(L7, 11, "locker", 1, Payload.ofText("{\"count\":")));
        heard.notes.clear();
        assertThat(lockers.load("L7").state().label()).isEqualTo("text 12");
        assertThat(heard.notes).containsExactly("skipped 11");
        assertThat(heard.eventsRead).isEqualTo(2);
    }

    /** Fails at each call, as a disk may. */
    private static final class BrokenStore implements SnapshotStore {
        @Override
        public void save(Snapshot snapshot) {
            throw new IllegalStateException("no disk");
        }

        @Override
        public Optional<Snapshot> newest(StreamName stream, String stateType, long maxVersion) {
            throw new IllegalStateException("no disk");
        }

        @Override
        public void drop(StreamName stream) {}
    }

    @Test
    void a_failing_snapshot_never_fails_a_command() {
        var lockers =
                lockers()
                        .snapshots(Snapshots.in(new BrokenStore(), JSON, SnapshotPolicy.every(1)))
                        .build();
        assertThat(lockers.handle("L7", new Reserve("p1")).version()).isEqualTo(1);
        assertThat(heard.notes).containsExactly("skipped 0", "failed 1: no disk");

        heard.notes.clear();
        StateFormat<LockerState> broken =
                StateFormat.memento(
                        "locker",
                        1,
                        LockerState.class,
                        state -> {
                            throw new IllegalStateException("no memento");
                        },
                        state -> state);
        var others =
                lockers()
                        .snapshots(Snapshots.in(snapshots, broken, SnapshotPolicy.every(1)))
                        .build();
        assertThat(others.handle("L7", new Label("x")).version()).isEqualTo(2);
        assertThat(heard.notes).containsExactly("failed 2: no memento");
    }

    @Test
    void a_snapshot_may_be_made_after_the_command() throws InterruptedException {
        CountDownLatch saved = new CountDownLatch(1);
        RepositoryListener listener =
                new RepositoryListener() {
                    @Override
                    public void saved(StreamName stream, long version) {
                        saved.countDown();
                    }
                };
        var lockers =
                lockers()
                        .listener(listener)
                        .snapshots(
                                Snapshots.in(snapshots, JSON, SnapshotPolicy.<LockerState>every(2))
                                        .afterwards())
                        .build();
        label(lockers, 1, 2);
        assertThat(saved.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(snapshots.newest(L7, "locker", Long.MAX_VALUE)).isPresent();
    }

    /** What a snapshot of a locker keeps. */
    record LockerMemento(String text) {}

    @Test
    void a_memento_gives_the_same_state_as_json() {
        StateFormat<LockerState> memento =
                StateFormat.memento(
                        "locker-memento",
                        1,
                        LockerMemento.class,
                        state ->
                                new LockerMemento(
                                        state.parcel() + "|" + state.count() + "|" + state.label()),
                        stored -> {
                            List<String> parts = List.of(stored.text().split("\\|", -1));
                            return new LockerState(
                                    parts.get(0), Integer.parseInt(parts.get(1)), parts.get(2));
                        });
        var byMemento =
                lockers()
                        .snapshots(Snapshots.in(snapshots, memento, SnapshotPolicy.every(5)))
                        .build();
        byMemento.handle("L7", new Reserve("p1"));
        label(byMemento, 1, 5);
        var byJson = every(1);
        byJson.handle("L7", new Label("last"));
        assertThat(byMemento.load("L7")).isEqualTo(byJson.load("L7"));
        assertThat(heard.eventsRead).isZero();
    }

    @Test
    void a_message_that_a_snapshot_covers_is_known_still() {
        var lockers = every(2);
        lockers.handle("L7", new Reserve("p1"), trigger("intake", "m1"));
        label(lockers, 1, 3);
        assertThat(heard.notes).contains("saved 2");
        assertThat(lockers.handle("L7", new Reserve("p1"), trigger("intake", "m1")).outcome())
                .isEqualTo(Outcome.DUPLICATE);
    }

    @Test
    void policies_combine() {
        SnapshotPolicy<LockerState> policy =
                SnapshotPolicy.<LockerState>every(3)
                        .and((snapshot, before, after, state) -> after > 3)
                        .or((snapshot, before, after, state) -> state.label().equals("text 2"));
        label(lockers().snapshots(Snapshots.in(snapshots, JSON, policy)).build(), 1, 6);
        assertThat(heard.notes).containsExactly("saved 2", "saved 6");
    }

    @Test
    void a_cached_state_is_where_a_load_begins_and_others_are_not_missed() {
        var cached = lockers().cache(10).build();
        label(cached, 1, 20);
        cached.load("L7");
        assertThat(heard.eventsRead).isZero();
        label(lockers().build(), 21, 23);
        assertThat(cached.load("L7").state().label()).isEqualTo("text 23");
        assertThat(heard.eventsRead).isEqualTo(3);
        assertThat(cached.handle("L7", new Label("text 24"), none()).version()).isEqualTo(24);
        assertThat(heard.eventsRead).isZero();
    }

    @Test
    void the_cache_keeps_the_states_that_were_used_last() {
        var cached = lockers().cache(2).build();
        for (String id : List.of("A", "B", "A", "C")) {
            cached.handle(id, new Label(id));
        }
        cached.load("A");
        assertThat(heard.eventsRead).isZero();
        cached.load("C");
        assertThat(heard.eventsRead).isZero();
        cached.load("B");
        assertThat(heard.eventsRead).isEqualTo(1);
    }

    @Test
    void what_was_truncated_behind_a_cached_state_is_no_conflict_for_ever() {
        var cached = lockers().cache(10).build();
        label(cached, 1, 3);
        label(lockers().build(), 4, 6);
        ((InMemoryEventStore) store).admin().truncate(L7, 7, new AdminAct("ops", "test"));
        assertThat(cached.handle("L7", new Label("text 7")).version()).isEqualTo(7);
        assertThat(lockers().build().handle("L7", new Label("text 8")).version()).isEqualTo(8);
    }

    @Test
    void a_stream_of_which_nothing_is_left_goes_on_counting() {
        label(lockers().build(), 1, 3);
        ((InMemoryEventStore) store).admin().delete(L7, new AdminAct("ops", "test"));
        assertThat(lockers().build().load("L7").version()).isEqualTo(3);
        assertThat(lockers().build().load("L7").state().label()).isEmpty();
        assertThat(lockers().build().handle("L7", new Label("text 4")).version()).isEqualTo(4);
    }

    @Test
    void what_was_snapshotted_or_cached_of_a_deleted_stream_is_forgotten_on_demand() {
        var snapshotting = every(2);
        var cached = lockers().cache(10).build();
        label(snapshotting, 1, 3);
        snapshotting.handle("L8", new Label("other"));
        snapshotting.handle("L8", new Label("other"));
        cached.load("L7");
        cached.load("L8");
        ((InMemoryEventStore) store).admin().delete(L7, new AdminAct("ops", "asked for"));
        for (var lockers : List.of(snapshotting, cached)) {
            assertThat(lockers.load("L7").state().label()).as("before").isNotEmpty();
            lockers.forget("L7");
            assertThat(lockers.load("L7").state().label()).as("behind it").isEmpty();
            assertThat(lockers.load("L7").version()).isEqualTo(3);
            assertThat(lockers.load("L8").state().label()).isEqualTo("other");
            assertThat(heard.eventsRead).as("of the other one").isZero();
        }
        assertThat(lockers().build().load("L7").state().label()).isEmpty();
        lockers().build().forget("L9");
    }

    @Test
    void however_long_a_stream_is_a_load_reads_fewer_events_than_lie_between_two_snapshots() {
        EventCodec<LockerEvent> codec = Leftfold.on(store).codec(EventSchema.of(LockerEvent.class));
        long version = 0;
        while (version < 100_000) {
            List<NewEvent> events = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                events.add(
                        codec.encode(
                                new LockerEvent.Labelled("text " + (version + i + 1)),
                                Metadata.none(),
                                Set.of()));
            }
            version = store.append(L7, ExpectedVersion.exactly(version), events).lastVersion();
        }
        var lockers = every(20);
        label(lockers, 100_001, 100_035);
        assertThat(lockers.load("L7").version()).isEqualTo(100_035);
        assertThat(lockers.load("L7").state().label()).isEqualTo("text 100035");
        assertThat(heard.eventsRead).isEqualTo(15);
    }

    @Test
    void the_fields_of_the_state_are_kept_unless_something_else_is_said() {
        var lockers = lockers().snapshots(snapshots, SnapshotPolicy.every(2)).build();
        label(lockers, 1, 3);
        assertThat(snapshots.newest(L7, "locker", 3).orElseThrow().state().asText())
                .isEqualTo("{\"parcel\":\"\",\"count\":0,\"label\":\"text 2\"}");
        assertThat(lockers.load("L7").state().label()).isEqualTo("text 3");
        assertThat(heard.eventsRead).isEqualTo(1);
    }
}
