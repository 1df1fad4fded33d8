package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.testkit.shard.Streams.ACT;
import static org.leftfold.testkit.shard.Streams.ORDER;
import static org.leftfold.testkit.shard.Streams.given;
import static org.leftfold.testkit.shard.Streams.read;
import static org.leftfold.testkit.shard.Streams.readAll;
import static org.leftfold.testkit.shard.Streams.refused;
import static org.leftfold.testkit.shard.Streams.upTo;
import static org.leftfold.testkit.shard.Streams.versions;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.api.shard.ShardedEventStore;
import org.leftfold.testkit.tck.DelegatingStore;

/** Others come between two calls of a shard, at the worst moment. */
class MoveOvertakenTest {
    @Test
    void a_move_that_others_end_meanwhile_is_not_ended_twice() {
        try (Fleet fleet = new Fleet(3)) {
            given(fleet.open(), ORDER, 3);
            leave(fleet, "shard 2");
            ShardedEventStore store =
                    fleet.open(overtakenAtVersion(() -> given(fleet.open(), ORDER, 2)));
            store.move(ORDER, "shard 2", ACT);
            given(store, ORDER, 2);
            assertThat(versions(read(fleet.open(), ORDER))).isEqualTo(upTo(7));
            assertThat(fleet.open().version(ORDER)).isEqualTo(7);
            assertThat(readAll(fleet.open())).hasSize(7);
        }
    }

    @Test
    void a_stream_that_others_move_at_the_same_moment_leaves_once() {
        try (Fleet fleet = new Fleet(3)) {
            given(fleet.open(), ORDER, 3);
            ShardedEventStore store = fleet.open(overtakenAtVersion(() -> leave(fleet, "shard 0")));
            store.move(ORDER, "shard 2", ACT);
            assertThat(fleet.store(1).version(ORDER)).as("one departure").isEqualTo(4);
            assertThat(fleet.open().shardOf(ORDER)).isEqualTo("shard 2");
            assertThat(versions(read(fleet.open(), ORDER))).isEqualTo(upTo(3));
        }
    }

    @Test
    void a_read_over_shards_never_sees_a_stream_behind_its_arrival_only() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore other = fleet.open();
            given(other, ORDER, 2);
            AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
            ShardedEventStore store =
                    fleet.open(inner ->
                            new DelegatingStore(inner) {
                                @Override
                                public Events read(ReadRequest request) {
                                    Events events = super.read(request);
                                    meanwhile.getAndSet(() -> {}).run();
                                    return events;
                                }
                            });
            // Behind the read of shard 0 comes that of shard 1; behind that the stream moves on.
            meanwhile.set(() ->
                    meanwhile.set(() -> {
                        given(other, ORDER, 1);
                        other.move(ORDER, "shard 2", ACT);
                        given(other, ORDER, 1);
                    }));
            assertThat(versions(readAll(store))).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
        }
    }

    /** A program that moves the stream, and is killed behind the departure. */
    private static void leave(Fleet fleet, String target) {
        refused(
                OutcomeUnknownException.class,
                "LF-3001",
                () -> fleet.open(Cuts.ofAppends(1, false)).move(ORDER, target, ACT));
    }

    /** Others come when the version of a stream is asked for the first time. */
    private static UnaryOperator<EventStore> overtakenAtVersion(Runnable others) {
        AtomicReference<Runnable> once = new AtomicReference<>(others);
        return inner ->
                new DelegatingStore(inner) {
                    @Override
                    public long version(StreamName stream) {
                        once.getAndSet(() -> {}).run();
                        return super.version(stream);
                    }
                };
    }
}
