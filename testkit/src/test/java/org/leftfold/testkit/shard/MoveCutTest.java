package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.testkit.shard.Streams.ACT;
import static org.leftfold.testkit.shard.Streams.ORDER;
import static org.leftfold.testkit.shard.Streams.contents;
import static org.leftfold.testkit.shard.Streams.event;
import static org.leftfold.testkit.shard.Streams.events;
import static org.leftfold.testkit.shard.Streams.read;
import static org.leftfold.testkit.shard.Streams.readAll;
import static org.leftfold.testkit.shard.Streams.upTo;
import static org.leftfold.testkit.shard.Streams.versions;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.shard.ShardedEventStore;

/**
 * A program moves a stream there, on and back, appends in between, and is killed at each call of a
 * shard. Whoever comes next goes on, and nothing is lost or there twice.
 */
class MoveCutTest {
    private static final List<String> TARGETS = List.of("shard 2", "shard 0", "shard 1");

    /** More than are copied at once. */
    private static final int STORED = 600;

    private final List<NewEvent> stored = events(STORED);
    private final List<NewEvent> later = events(TARGETS.size() + 1);

    @Test
    void a_move_that_was_cut_at_any_call_is_ended_by_the_same_program_started_again() {
        int calls =
                eachCut((fleet, done) -> {
                    assertAcknowledged(fleet.open(), done);
                    run(fleet.open(), new ArrayList<>());
                });
        assertThat(calls).isGreaterThan(50);
    }

    @Test
    void a_move_that_was_cut_at_any_call_is_ended_by_an_append() {
        eachCut((fleet, done) -> {
            ShardedEventStore next = fleet.open();
            assertAcknowledged(next, done);
            for (NewEvent event : later) {
                next.append(ORDER, ExpectedVersion.any(), event);
            }
        });
    }

    @Test
    void a_move_that_was_cut_at_any_call_is_cut_again_at_any_call() {
        int[] further = {0};
        eachCut((fleet, done) -> {
            Cuts again = Cuts.ofCalls(further[0]++ % 40, further[0] % 2 == 0);
            try {
                run(fleet.open(again), new ArrayList<>());
            } catch (LeftfoldException cut) {
                assertThat(again.isReached()).isTrue();
            }
            assertAcknowledged(fleet.open(), done);
            run(fleet.open(), new ArrayList<>());
        });
    }

    private interface Afterwards {
        void go(Fleet fleet, List<AppendResult> acknowledged);
    }

    /** Cuts at each call, done and not done; returns how many there were. */
    private int eachCut(Afterwards afterwards) {
        int cut = 0;
        for (boolean wasReached = true; wasReached; cut++) {
            for (boolean isDone : List.of(true, false)) {
                try (Fleet fleet = new Fleet(3)) {
                    fleet.open().append(ORDER, ExpectedVersion.noStream(), stored);
                    Cuts cuts = Cuts.ofCalls(cut, isDone);
                    List<AppendResult> acknowledged = new ArrayList<>();
                    try {
                        run(fleet.open(cuts), acknowledged);
                    } catch (LeftfoldException killed) {
                        assertThat(cuts.isReached()).as("cut %d: %s", cut, killed).isTrue();
                    }
                    wasReached = cuts.isReached();
                    afterwards.go(fleet, acknowledged);
                    assertWhole(fleet, "cut " + cut + (isDone ? " done" : " not done"));
                }
            }
        }
        return cut;
    }

    private void run(ShardedEventStore store, List<AppendResult> acknowledged) {
        acknowledged.add(append(store, 0));
        for (int n = 0; n < TARGETS.size(); n++) {
            store.move(ORDER, TARGETS.get(n), ACT);
            acknowledged.add(append(store, n + 1));
        }
    }

    private AppendResult append(ShardedEventStore store, int number) {
        ExpectedVersion expected =
                number % 2 == 0 ? ExpectedVersion.any() : ExpectedVersion.exactly(STORED + number);
        return store.append(Append.to(ORDER, expected, later.get(number)));
    }

    /** What the killed program was told is there, at the places that it was told. */
    private void assertAcknowledged(ShardedEventStore store, List<AppendResult> acknowledged) {
        List<NewEvent> expected = new ArrayList<>(stored);
        expected.addAll(later.subList(0, acknowledged.size()));
        assertThat(contents(read(store, ORDER))).startsWith(expected.toArray(new NewEvent[0]));
        for (int n = 0; n < acknowledged.size(); n++) {
            assertThat(append(store, n).writes()).isEqualTo(acknowledged.get(n).writes());
        }
    }

    private void assertWhole(Fleet fleet, String what) {
        ShardedEventStore store = fleet.open();
        List<NewEvent> all = new ArrayList<>(stored);
        all.addAll(later);
        assertThat(contents(read(store, ORDER))).as(what).isEqualTo(all);
        assertThat(versions(read(store, ORDER))).as(what).isEqualTo(upTo(all.size()));
        assertThat(readAll(store)).as(what).containsExactlyInAnyOrderElementsOf(read(store, ORDER));
        assertThat(store.append(ORDER, ExpectedVersion.exactly(all.size()), event()).lastVersion())
                .as(what)
                .isEqualTo(all.size() + 1);
    }
}
