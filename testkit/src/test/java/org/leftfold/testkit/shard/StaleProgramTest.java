package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.testkit.shard.Streams.ACCOUNT;
import static org.leftfold.testkit.shard.Streams.ACT;
import static org.leftfold.testkit.shard.Streams.ORDER;
import static org.leftfold.testkit.shard.Streams.event;
import static org.leftfold.testkit.shard.Streams.events;
import static org.leftfold.testkit.shard.Streams.given;
import static org.leftfold.testkit.shard.Streams.read;
import static org.leftfold.testkit.shard.Streams.refused;
import static org.leftfold.testkit.shard.Streams.upTo;
import static org.leftfold.testkit.shard.Streams.versions;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Subscription;
import org.leftfold.api.VersionConflictException;
import org.leftfold.api.shard.ShardedEventStore;
import org.leftfold.api.shard.ShardedOptions;

/** A program that has not yet heard of moves, or hears of them while it looks. */
class StaleProgramTest {
    @Test
    void a_repetition_by_a_program_that_missed_moves_there_and_back_gives_the_first_result()
            throws Exception {
        for (boolean isAsync : List.of(false, true)) {
            try (Fleet fleet = new Fleet(3)) {
                ShardedEventStore stale = fleet.open();
                ShardedEventStore store = fleet.open();
                given(store, ORDER, 2);
                store.move(ORDER, "shard 2", ACT);
                given(store, ORDER, 1);
                store.move(ORDER, "shard 1", ACT);
                Append append = Append.to(ORDER, ExpectedVersion.any(), events(2));
                AppendResult first = store.append(append);
                AppendResult again =
                        isAsync
                                ? stale.appendAsync(append).get(25, TimeUnit.SECONDS)
                                : stale.append(append);
                assertThat(again.writes()).isEqualTo(first.writes());
                assertThat(again.repeated()).isTrue();
                // Versions as the shard counts them are far above those of the stream.
                for (long version = 6; version < 12; version++) {
                    long wrong = version;
                    refused(
                            VersionConflictException.class,
                            "LF-2001",
                            () -> stale.append(ORDER, ExpectedVersion.exactly(wrong), event()));
                }
                stale.append(ORDER, ExpectedVersion.exactly(5), event());
                assertThat(versions(read(store, ORDER))).isEqualTo(upTo(6));
            }
        }
    }

    @Test
    void an_append_with_a_condition_by_a_program_that_missed_a_move_is_made() throws Exception {
        for (boolean isAsync : List.of(false, true)) {
            try (Fleet fleet = new Fleet(3)) {
                ShardedOptions options = ShardedOptions.defaults().checkingConditionsWithinShard();
                ShardedEventStore store = fleet.open(options);
                given(store, ORDER, 2);
                ShardedEventStore stale = fleet.open(options);
                store.move(ORDER, "shard 2", ACT);
                given(store, ORDER, 1);
                Append append =
                        Append.to(ORDER, ExpectedVersion.any(), event())
                                .onlyIf(
                                        AppendCondition.noneAfter(
                                                "new",
                                                Query.stream(ORDER),
                                                read(store, ORDER).getLast().position()));
                // To the stale program that position is one of a shard that the stream is not in.
                AppendResult result =
                        isAsync
                                ? stale.appendAsync(append).get(25, TimeUnit.SECONDS)
                                : stale.append(append);
                assertThat(result.lastVersion()).isEqualTo(4);
            }
        }
    }

    @Test
    void an_old_expectation_fails_though_others_saw_that_version_of_the_shard_meanwhile() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore other = fleet.open();
            given(other, ORDER, 3);
            given(other, ACCOUNT, 1);
            other.move(ACCOUNT, "shard 0", ACT);
            refused(
                    OutcomeUnknownException.class,
                    "LF-3001",
                    () -> fleet.open(Cuts.ofAppends(1, false)).move(ACCOUNT, "shard 1", ACT));
            Overtaken overtaken = new Overtaken();
            ShardedEventStore store = fleet.open(overtaken.between());
            // It has looked where the one stream is, and ends the move of the other one.
            overtaken.beforeAppend(() -> {
                other.move(ORDER, "shard 2", ACT);
                given(other, ORDER, 4);
                fleet.store(1).admin().delete(ORDER, ACT);
                fleet.store(2).admin().delete(ORDER, ACT);
                other.move(ORDER, "shard 1", ACT);
                given(other, ORDER, 1);
                assertThat(versions(read(store, ORDER))).containsExactly(8L);
                assertThat(fleet.store(1).version(ORDER)).as("in the shard").isEqualTo(6);
            });
            VersionConflictException conflict =
                    refused(
                            VersionConflictException.class,
                            "LF-2001",
                            () ->
                                    store.append(
                                            Append.to(ORDER, ExpectedVersion.exactly(6), event())
                                                    .andTo(
                                                            ACCOUNT,
                                                            ExpectedVersion.any(),
                                                            event())));
            assertThat(conflict.actualVersion()).isEqualTo(8);
            assertThat(other.version(ORDER)).isEqualTo(8);
            assertThat(other.version(ACCOUNT)).isEqualTo(1);
        }
    }

    @Test
    void streams_that_are_moved_together_meanwhile_are_not_taken_for_separate() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore other = fleet.open();
            given(other, ORDER, 1);
            given(other, ACCOUNT, 1);
            other.move(ACCOUNT, "shard 0", ACT);
            Overtaken overtaken = new Overtaken();
            ShardedEventStore store = fleet.open(overtaken.between()); // knows them apart
            other.move(ACCOUNT, "shard 1", ACT);
            // It has looked where the one stream is, and not yet where the other one is.
            overtaken.behindRead(() -> {
                other.move(ORDER, "shard 2", ACT);
                other.move(ACCOUNT, "shard 2", ACT);
            });
            AppendResult result =
                    store.append(
                            Append.to(ORDER, ExpectedVersion.exactly(1), event())
                                    .andTo(ACCOUNT, ExpectedVersion.exactly(1), event()));
            assertThat(result.repeated()).isFalse();
            assertThat(versions(read(other, ORDER))).isEqualTo(upTo(2));
            assertThat(versions(read(other, ACCOUNT))).isEqualTo(upTo(2));
        }
    }

    @Test
    void a_checkpoint_that_is_taken_during_a_move_misses_no_event_and_keeps_the_order() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore other = fleet.open();
            given(other, ORDER, 2);
            for (int places = 1; places <= 3; places++) {
                Overtaken overtaken = new Overtaken();
                ShardedEventStore store = fleet.open(overtaken.between());
                long before = other.version(ORDER);
                overtaken.behindPlace(skipped(places - 1, overtaken, () -> wander(other)));
                Checkpoint checkpoint = store.checkpoint();
                Deliveries seen = new Deliveries();
                try (Subscription running =
                        other.follow(FollowRequest.after(Query.all(), checkpoint), seen)) {
                    given(other, ORDER, 1);
                    assertFollowed(seen, running, other, before);
                }
            }
        }
    }

    @Test
    void a_follower_from_now_that_is_started_during_a_move_misses_no_event_and_keeps_the_order() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore other = fleet.open();
            given(other, ORDER, 2);
            for (int places = 1; places <= 3; places++) {
                Overtaken overtaken = new Overtaken();
                ShardedEventStore store = fleet.open(overtaken.between());
                long before = other.version(ORDER);
                overtaken.behindPlace(skipped(places - 1, overtaken, () -> wander(other)));
                Deliveries seen = new Deliveries();
                try (Subscription running =
                        store.follow(FollowRequest.fromNow(Query.all()), seen)) {
                    given(other, ORDER, 1);
                    assertFollowed(seen, running, other, before);
                }
            }
        }
    }

    /** What comes is a whole end of the stream, with everything but what came before the start. */
    private static void assertFollowed(
            Deliveries seen, Subscription running, ShardedEventStore store, long before) {
        long last = store.version(ORDER);
        List<RecordedEvent> all = read(store, ORDER);
        seen.await(1, running.completion());
        seen.awaitLast(last, running.completion());
        List<RecordedEvent> came = seen.events();
        assertThat(came)
                .as("behind version %d", before)
                .isEqualTo(all.subList(all.size() - came.size(), all.size()));
    }

    /** Goes through the shards and leaves an event in each. */
    private static void wander(ShardedEventStore other) {
        int at = Fleet.shardOf(other, ORDER);
        for (int step = 1; step <= 3; step++) {
            given(other, ORDER, 1);
            other.move(ORDER, Fleet.name((at + step) % 3), ACT);
        }
        given(other, ORDER, 1);
        other.move(ORDER, Fleet.name((at + 1) % 3), ACT);
        given(other, ORDER, 1);
    }

    private static Runnable skipped(int times, Overtaken overtaken, Runnable then) {
        return times == 0 ? then : () -> overtaken.behindPlace(skipped(times - 1, overtaken, then));
    }

    @Test
    void a_read_over_all_shards_succeeds_while_streams_are_moved_all_the_time() {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore other = fleet.open();
            given(other, ORDER, 2);
            Overtaken overtaken = new Overtaken();
            ShardedEventStore store = fleet.open(overtaken.between());
            overtaken.behindEachRead(() -> wander(other));
            for (int n = 0; n < 5; n++) {
                long before = other.version(ORDER);
                List<RecordedEvent> all =
                        n % 2 == 0
                                ? Streams.readAll(store)
                                : store.read(ReadRequest.all().backward()).toList();
                List<Long> seen = all.stream().map(RecordedEvent::version).sorted().toList();
                assertThat(seen).isEqualTo(upTo(seen.size()));
                assertThat((long) seen.size()).isGreaterThanOrEqualTo(before);
            }
        }
    }
}
