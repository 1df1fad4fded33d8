package org.leftfold.framework.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.framework.repository.CommandOptions.none;
import static org.leftfold.framework.repository.CommandOptions.trigger;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.leftfold.api.AdminAct;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;
import org.leftfold.api.spi.InMemorySnapshotStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.decide.DefectException;
import org.leftfold.framework.lockers.LockerDecider;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Collect;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Label;
import org.leftfold.framework.lockers.LockerDecider.LockerCommand.Reserve;
import org.leftfold.framework.lockers.LockerDecider.LockerEvent;
import org.leftfold.framework.lockers.LockerDecider.LockerEvent.Labelled;
import org.leftfold.framework.lockers.LockerDecider.LockerState;
import org.leftfold.framework.repository.ConflictResolver.Resolution;
import org.leftfold.framework.snapshot.SnapshotPolicy;
import org.leftfold.framework.snapshot.Snapshots;
import org.leftfold.framework.snapshot.StateFormat;

class RarePathsTest {
    private static final StateFormat<LockerState> JSON =
            StateFormat.json("locker", 1, LockerState.class);

    private final InMemoryEventStore store = InMemoryEventStore.open();
    private final Repository<LockerCommand, LockerState, LockerEvent> lockers =
            Leftfold.on(store).repository("locker", new LockerDecider());

    @AfterEach
    void close() {
        store.close();
    }

    /** Others come in between the first decision and its append. */
    private final class OvertakenOnce implements Decider<LockerCommand, LockerState, LockerEvent> {
        private final LockerDecider rules = new LockerDecider();
        private final String id;
        private boolean isOvertaken;

        OvertakenOnce(String id) {
            this.id = id;
        }

        @Override
        public LockerState initialState() {
            return rules.initialState();
        }

        @Override
        public List<LockerEvent> decide(LockerCommand command, LockerState state) {
            if (!isOvertaken) {
                isOvertaken = true;
                lockers.handle(id, new Label("by others"));
            }
            return rules.decide(command, state);
        }

        @Override
        public LockerState evolve(LockerState state, LockerEvent event) {
            return rules.evolve(state, event);
        }
    }

    @Test
    void a_resolver_does_not_let_save_go_on_with_what_others_began() {
        List<Resolution<LockerEvent>> resolutions =
                List.of(
                        new Resolution.Keep<>(),
                        new Resolution.DecideAgain<>(),
                        new Resolution.Replace<>(List.of(new Labelled("merged"))));
        for (Resolution<LockerEvent> resolution : resolutions) {
            String id = resolution.getClass().getSimpleName();
            var mine =
                    Leftfold.on(store)
                            .define("locker", new OvertakenOnce(id))
                            .waiting(longest -> {})
                            .resolve(conflict -> resolution)
                            .build();
            assertThatThrownBy(() -> mine.save(id, new Reserve("p1")))
                    .isInstanceOf(VersionConflictException.class);
            assertThat(lockers.load(id).version()).isEqualTo(1);
        }
    }

    @Test
    void a_policy_hears_of_the_snapshot_that_was_made_last_with_a_cache_too() {
        List<Long> saved = new ArrayList<>();
        RepositoryListener listener =
                new RepositoryListener() {
                    @Override
                    public void saved(StreamName stream, long version) {
                        saved.add(version);
                    }
                };
        SnapshotPolicy<LockerState> policy =
                (snapshotVersion, before, after, state) -> after - snapshotVersion >= 10;
        var cached =
                Leftfold.on(store)
                        .define("locker", new LockerDecider())
                        .listener(listener)
                        .cache(10)
                        .snapshots(Snapshots.in(new InMemorySnapshotStore(), JSON, policy))
                        .build();
        for (int i = 1; i <= 25; i++) {
            cached.handle("L7", new Label("label " + i));
        }
        assertThat(saved).containsExactly(10L, 20L);
    }

    @Test
    void a_message_that_reverts_is_handled_once() {
        lockers.handle("L7", new Label("first"));
        lockers.handle("L7", new Label("second"));
        Repository.Compensation<LockerState, LockerEvent> back =
                (now, then) -> List.of(new Labelled(then.label()));
        lockers.revert("L7", 1, back, trigger("corrections", "m1"));
        lockers.handle("L7", new Label("third"));
        var again = lockers.revert("L7", 1, back, trigger("corrections", "m1"));
        assertThat(again.outcome()).isEqualTo(Outcome.DUPLICATE);
        assertThat(lockers.load("L7").state().label()).isEqualTo("third");
        var command = lockers.handle("L7", new Label("fourth"), trigger("corrections", "m1"));
        assertThat(command.outcome()).isEqualTo(Outcome.DUPLICATE);
    }

    @Test
    void what_cannot_go_back_is_named_when_all_else_is_reverted() {
        lockers.handle("L7", new Reserve("p1"));
        lockers.handle("L7", new Collect());
        lockers.handle("L7", new Label("wrong"));
        lockers.handle("L7", new Reserve("p2"));
        Repository.Compensation<LockerState, LockerEvent> back =
                (now, then) ->
                        List.of(
                                new LockerEvent.Collected(now.parcel()),
                                new Labelled(then.label()));
        assertThatThrownBy(() -> lockers.revert("L7", 2, back, none()))
                .isInstanceOf(DefectException.class)
                .hasMessageContaining("fields that differ: count.");
        assertThatThrownBy(() -> lockers.revert("L7", 2, back, none(), Set.of("label")))
                .hasMessageContaining("fields that differ: count.");
        LockerState before = lockers.at("L7", 2).state();
        LockerState after = lockers.revert("L7", 2, back, none(), Set.of("count")).state();
        assertThat(after.parcel()).isEqualTo(before.parcel());
        assertThat(after.label()).isEqualTo(before.label());
        assertThat(after.count()).isEqualTo(before.count() + 1);
    }

    @Test
    void a_message_that_reverts_nothing_is_handled_too() {
        lockers.handle("L7", new Label("first"));
        var nothing =
                lockers.revert("L7", 1, (now, then) -> List.of(), trigger("corrections", "m1"));
        assertThat(nothing.outcome()).isEqualTo(Outcome.NOTHING);
        lockers.handle("L7", new Label("second"));
        var again =
                lockers.revert(
                        "L7",
                        1,
                        (now, then) -> List.of(new Labelled(then.label())),
                        trigger("corrections", "m1"));
        assertThat(again.outcome()).isEqualTo(Outcome.DUPLICATE);
    }

    @Test
    void reverting_takes_the_lock_of_its_stream_and_offers_a_snapshot_as_commands_do() {
        List<String> locked = new ArrayList<>();
        InMemorySnapshotStore snapshots = new InMemorySnapshotStore();
        var locking =
                Leftfold.on(store)
                        .define("locker", new LockerDecider())
                        .snapshots(Snapshots.in(snapshots, JSON, SnapshotPolicy.every(3)))
                        .lock(
                                new AggregateLock() {
                                    @Override
                                    public <T> T locked(StreamName stream, Supplier<T> work) {
                                        locked.add(stream.toString());
                                        return work.get();
                                    }
                                })
                        .build();
        lockers.handle("L7", new Label("first"));
        lockers.handle("L7", new Label("second"));
        locking.revert("L7", 1, (now, then) -> List.of(new Labelled(then.label())), none());
        assertThat(locked).containsExactly("locker-L7");
        assertThat(snapshots.newest(StreamName.of("locker", "L7"), "locker", 3)).isPresent();
    }

    @Test
    void a_revert_is_no_command_that_a_resolver_could_settle() {
        lockers.handle("L7", new Label("first"));
        lockers.handle("L7", new Label("second"));
        var resolving =
                Leftfold.on(store)
                        .define("locker", new LockerDecider())
                        .waiting(longest -> {})
                        .resolve(conflict -> {
                            throw new AssertionError("it was asked");
                        })
                        .build();
        assertThatThrownBy(() ->
                        resolving.revert(
                                "L7",
                                1,
                                (now, then) -> {
                                    throw new AssertionError("nothing is compensated for");
                                },
                                none().expecting(1)))
                .isInstanceOf(VersionConflictException.class);

        List<String> seen = new ArrayList<>();
        var handled =
                resolving.revert(
                        "L7",
                        1,
                        (now, then) -> {
                            seen.add(now.label());
                            if (seen.size() == 1) {
                                lockers.handle("L7", new Label("by others"));
                            }
                            return List.of(new Labelled(then.label()));
                        },
                        none());
        assertThat(seen).as("compensated for anew").containsExactly("second", "by others");
        assertThat(handled.version()).isEqualTo(4);
        assertThat(lockers.load("L7").state().label()).isEqualTo("first");
    }

    @Test
    void what_was_no_command_on_the_version_that_the_caller_saw_is_none_on_a_later_one() {
        lockers.handle("L7", new Label("first"));
        lockers.handle("L7", new Reserve("p1"));
        var resolving =
                Leftfold.on(store)
                        .define("locker", new LockerDecider())
                        .resolve(conflict -> new Resolution.DecideAgain<>())
                        .build();
        assertThatThrownBy(() ->
                        resolving.updateWith(
                                "L7",
                                state ->
                                        state.parcel().isEmpty()
                                                ? Optional.empty()
                                                : Optional.of(new Collect()),
                                none().expecting(1)))
                .isInstanceOf(VersionConflictException.class);
        assertThat(lockers.load("L7").state().parcel()).isEqualTo("p1");
    }

    @Test
    void others_that_come_in_between_a_revert_are_no_defect_of_it() {
        lockers.handle("L7", new Label("first"));
        var handled =
                lockers.revert(
                        "L7",
                        1,
                        (now, then) -> {
                            lockers.handle("L7", new Label("by others"));
                            return List.of();
                        },
                        none());
        assertThat(handled.outcome()).isEqualTo(Outcome.NOTHING);
        assertThat(handled.version()).isEqualTo(1);
    }

    @Test
    void a_message_that_was_handled_in_a_stream_that_is_deleted_does_not_wait_for_ever() {
        int[] pauses = {0};
        var patient =
                Leftfold.on(store)
                        .define("locker", new LockerDecider())
                        .waiting(longest -> {
                            if (++pauses[0] > 1000) {
                                throw new AssertionError("it waits for ever");
                            }
                        })
                        .build();
        patient.handle("L7", new Label("first"), trigger("h", "m1"));
        store.admin().delete(StreamName.of("locker", "L7"), new AdminAct("anna", "asked for"));
        patient.handle("L7", new Label("second"), trigger("h", "m1"));
    }

    @Test
    void a_snapshot_ahead_of_its_stream_changes_nothing() {
        var snapshots = new InMemorySnapshotStore();
        try (EventStore other = InMemoryEventStore.open()) {
            var ahead =
                    Leftfold.on(other)
                            .define("locker", new LockerDecider())
                            .snapshots(Snapshots.in(snapshots, JSON, SnapshotPolicy.every(5)))
                            .build();
            for (int i = 1; i <= 5; i++) {
                ahead.handle("L7", new Label("lost " + i));
            }
        }
        lockers.handle("L7", new Label("restored"));
        var mine =
                Leftfold.on(store)
                        .define("locker", new LockerDecider())
                        .waiting(longest -> {})
                        .snapshots(Snapshots.in(snapshots, JSON, SnapshotPolicy.never()))
                        .build();
        assertThat(mine.load("L7")).isEqualTo(lockers.load("L7"));
        mine.handle("L7", new Reserve("p1"));
        assertThat(mine.load("L7")).isEqualTo(lockers.load("L7"));
    }
}
