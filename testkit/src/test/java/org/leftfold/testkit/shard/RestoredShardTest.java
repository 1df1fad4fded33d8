package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.testkit.shard.Streams.ACT;
import static org.leftfold.testkit.shard.Streams.ORDER;
import static org.leftfold.testkit.shard.Streams.OTHER;
import static org.leftfold.testkit.shard.Streams.event;
import static org.leftfold.testkit.shard.Streams.given;
import static org.leftfold.testkit.shard.Streams.read;
import static org.leftfold.testkit.shard.Streams.refused;
import static org.leftfold.testkit.shard.Streams.upTo;
import static org.leftfold.testkit.shard.Streams.versions;

import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Backup;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.shard.Shard;
import org.leftfold.api.shard.ShardedEventStore;

/** A shard that was restored to a moment before a departure is not taken for what it was. */
class RestoredShardTest {
    /** Shard 1 as it was, put in the place of shard 1. */
    private static List<Shard> restored(Fleet fleet, InMemoryEventStore copy) {
        List<Shard> shards = fleet.shards(UnaryOperator.identity());
        shards.set(1, new Shard("restored", copy));
        return shards;
    }

    private static InMemoryEventStore copyOf(InMemoryEventStore store) {
        InMemoryEventStore copy = InMemoryEventStore.open();
        try (Backup backup = store.admin().backup()) {
            copy.admin().restore(backup, count -> {});
        }
        return copy;
    }

    private static void lacking(String what, ThrowingCallable call) {
        assertThat(refused(IntegrityException.class, "LF-4401", call)).hasMessageContaining(what);
    }

    @Test
    void a_shard_without_a_departure_is_not_opened() {
        for (int cut = 2; cut <= 5; cut++) { // behind arriving, behind the copies; or not at all
            try (Fleet fleet = new Fleet(3)) {
                given(fleet.open(), ORDER, 2);
                try (InMemoryEventStore copy = copyOf(fleet.store(1))) {
                    if (cut < 4) {
                        Cuts cuts = Cuts.ofAppends(cut, false);
                        try {
                            fleet.open(cuts).move(ORDER, "shard 2", ACT);
                        } catch (OutcomeUnknownException killed) {
                            assertThat(cuts.isReached()).isTrue();
                        }
                    } else {
                        fleet.open().move(ORDER, "shard 2", ACT);
                        given(fleet.open(), ORDER, 1);
                    }
                    lacking(
                            "shard 'restored' lacks the departure of stream 'order-1'",
                            () -> ShardedEventStore.open(restored(fleet, copy)));
                }
            }
        }
    }

    @Test
    void a_departure_with_the_same_number_at_another_position_is_another_departure() {
        try (Fleet fleet = new Fleet(3)) {
            given(fleet.open(), ORDER, 2);
            try (Fleet past =
                    new Fleet(
                            List.of(
                                    copyOf(fleet.store(0)),
                                    copyOf(fleet.store(1)),
                                    copyOf(fleet.store(2))))) {
                fleet.open().move(ORDER, "shard 2", ACT);
                given(fleet.open(), ORDER, 1);
                given(past.open(), ORDER, 3);
                past.open().move(ORDER, "shard 2", ACT);
                lacking(
                        "shard 'restored' lacks the departure of stream 'order-1'",
                        () -> ShardedEventStore.open(restored(fleet, past.store(1))));
            }
        }
    }

    @Test
    void a_program_that_has_them_open_notices_it_when_it_learns_of_the_arrival() {
        try (Fleet fleet = new Fleet(3)) {
            given(fleet.open(), ORDER, 2);
            given(fleet.open(), OTHER, 1);
            try (InMemoryEventStore copy = copyOf(fleet.store(1))) {
                ShardedEventStore store = ShardedEventStore.open(restored(fleet, copy));
                fleet.open().move(ORDER, "shard 2", ACT);
                given(fleet.open(), ORDER, 1);
                String lacks = "shard 'restored' lacks the departure of stream 'order-1'";
                lacking(lacks, () -> Streams.readAll(store));
                lacking(lacks, () -> Streams.readAll(store));
                lacking(lacks, store::checkpoint);
                lacking(lacks, () -> move(fleet, store));
                assertThat(copy.version(ORDER)).as("nothing was stored").isEqualTo(2);
                assertThat(versions(read(fleet.open(), ORDER))).isEqualTo(upTo(3));
            }
        }
    }

    @Test
    void a_later_move_with_the_same_number_leaves_no_event_behind() {
        try (Fleet fleet = new Fleet(3)) {
            given(fleet.open(), ORDER, 2);
            try (InMemoryEventStore copy = copyOf(fleet.store(1))) {
                ShardedEventStore store = ShardedEventStore.open(restored(fleet, copy));
                fleet.open().move(ORDER, "shard 2", ACT);
                store.append(ORDER, ExpectedVersion.exactly(2), event());
                lacking("'order-1'", () -> move(fleet, store));
                assertThat(copy.version(ORDER)).as("no departure").isEqualTo(3);
            }
        }
    }

    private static void move(Fleet fleet, ShardedEventStore store) {
        assertThat(fleet.store(2).version(ORDER)).isPositive();
        store.move(ORDER, "shard 2", ACT);
    }
}
