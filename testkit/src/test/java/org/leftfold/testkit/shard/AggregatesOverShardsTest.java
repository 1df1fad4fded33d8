package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.framework.repository.CommandOptions.trigger;
import static org.leftfold.testkit.shard.Streams.ACT;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.StreamName;
import org.leftfold.api.shard.ShardedEventStore;
import org.leftfold.api.shard.ShardedOptions;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.repository.Outcome;
import org.leftfold.framework.repository.Repository;
import org.leftfold.framework.repository.RetryPolicy;
import org.leftfold.testkit.shard.Tally.Add;
import org.leftfold.testkit.shard.Tally.Added;
import org.leftfold.testkit.tck.Together;

/** Aggregates of the framework whose streams are moved while they are at work. */
class AggregatesOverShardsTest {
    private static final ShardedOptions WITHIN =
            ShardedOptions.defaults().checkingConditionsWithinShard();
    private static final StreamName STREAM = StreamName.of("tally", "a");

    @Test
    void no_update_is_lost_while_the_stream_of_an_aggregate_is_moved() {
        try (Fleet fleet = new Fleet(3)) {
            AtomicInteger working = new AtomicInteger(6);
            ShardedEventStore mover = fleet.open();
            Together.run(
                    7,
                    thread -> {
                        if (thread == 6) {
                            return moveWhile(mover, working);
                        }
                        var tallies = repository(fleet.open());
                        for (int n = 0; n < 40; n++) {
                            tallies.handle("a", new Add(1));
                        }
                        return working.decrementAndGet();
                    });
            assertThat(repository(fleet.open()).load("a").state()).isEqualTo(240);
            assertThat(mover.version(STREAM)).isEqualTo(240);
        }
    }

    @Test
    void a_message_to_one_aggregate_is_handled_once_wherever_its_stream_is_by_then() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore mover = fleet.open();
            repository(fleet.open(WITHIN)).handle("a", new Add(1));
            for (int round = 1; round <= 6; round++) {
                var options = trigger("door", "m" + round);
                List<Outcome> outcomes =
                        Together.run(
                                8,
                                thread -> {
                                    if (thread == 0) {
                                        mover.move(STREAM, "shard " + mover.head() % 3, ACT);
                                    }
                                    return repository(fleet.open(WITHIN))
                                            .handle("a", new Add(1), options)
                                            .outcome();
                                });
                assertThat(outcomes).containsOnlyOnce(Outcome.STORED);
                assertThat(repository(mover).load("a").state()).isEqualTo(1 + round);
            }
        }
    }

    @Test
    void a_message_without_events_is_remembered_across_moves() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open(WITHIN);
            var tallies = repository(store);
            tallies.handle("a", new Add(1));
            var options = trigger("door", "m1");
            assertThat(tallies.handle("a", new Add(0), options).outcome())
                    .isEqualTo(Outcome.NOTHING);
            for (String target : List.of("shard 2", "shard 0", "shard 1")) {
                store.move(STREAM, target, ACT);
                assertThat(tallies.handle("a", new Add(1), options).outcome())
                        .isEqualTo(Outcome.DUPLICATE);
                assertThat(repository(fleet.open()).load("a").version()).isEqualTo(2);
            }
        }
    }

    private static Repository<Add, Integer, Added> repository(EventStore store) {
        return Leftfold.on(store)
                .define("tally", new Tally())
                .retry(new RetryPolicy(100_000, Duration.ofNanos(50_000), Duration.ofMillis(4)))
                .build();
    }

    private static int moveWhile(ShardedEventStore mover, AtomicInteger working) {
        int moves = 0;
        while (working.get() > 0) {
            if (mover.version(STREAM) > 0) {
                mover.move(STREAM, Fleet.name(moves++ % 3), ACT);
            }
        }
        return moves;
    }
}
