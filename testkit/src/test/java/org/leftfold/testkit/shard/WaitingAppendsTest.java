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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.shard.ShardedEventStore;
import org.leftfold.api.spi.Uninterrupted;

/** Appends without waiting, behind a stream that is being moved. */
class WaitingAppendsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void appends_to_other_streams_do_not_wait_for_a_stream_that_is_being_moved() {
        try (Fleet fleet = new Fleet(3)) {
            given(fleet.open(), ORDER, 2);
            refused(
                    OutcomeUnknownException.class,
                    "LF-3001",
                    () -> fleet.open(Cuts.ofAppends(1, false)).move(ORDER, "shard 2", ACT));
            Overtaken overtaken = new Overtaken();
            ShardedEventStore store = fleet.open(overtaken.between());
            CountDownLatch inMove = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            overtaken.beforeAppend(() -> {
                inMove.countDown();
                Uninterrupted.await(goOn);
            });
            List<CompletableFuture<AppendResult>> waiting = new ArrayList<>();
            for (int n = 0; n < 5; n++) {
                waiting.add(async(store, Append.to(ORDER, ExpectedVersion.any(), event())));
            }
            Uninterrupted.await(inMove);
            try {
                for (int n = 0; n < 5; n++) {
                    assertThat(async(store, Append.to(OTHER, ExpectedVersion.any(), event())))
                            .succeedsWithin(PATIENCE);
                }
                assertThat(waiting).noneMatch(CompletableFuture::isDone);
            } finally {
                goOn.countDown();
            }
            for (int n = 0; n < 5; n++) {
                assertThat(waiting.get(n)).succeedsWithin(PATIENCE);
                assertThat(waiting.get(n).join().lastVersion()).as("in order").isEqualTo(3 + n);
            }
            assertThat(versions(read(store, ORDER))).isEqualTo(upTo(7));
        }
    }

    @Test
    void whoever_appends_behind_very_many_that_wait_waits_for_room() throws Exception {
        try (Fleet fleet = new Fleet(3)) {
            given(fleet.open(), ORDER, 2);
            refused(
                    OutcomeUnknownException.class,
                    "LF-3001",
                    () -> fleet.open(Cuts.ofAppends(1, false)).move(ORDER, "shard 2", ACT));
            Overtaken overtaken = new Overtaken();
            ShardedEventStore store = fleet.open(overtaken.between());
            CountDownLatch goOn = new CountDownLatch(1);
            overtaken.beforeAppend(() -> Uninterrupted.await(goOn));
            Append append = Append.to(ORDER, ExpectedVersion.any(), event());
            List<CompletableFuture<AppendResult>> waiting = new ArrayList<>();
            for (int n = 0; n < 4096; n++) {
                waiting.add(async(store, append));
            }
            CompletableFuture<CompletableFuture<AppendResult>> further = new CompletableFuture<>();
            Thread caller = Thread.ofPlatform().start(() -> further.complete(async(store, append)));
            while (caller.isAlive() && caller.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
            assertThat(further).isNotDone();
            goOn.countDown();
            caller.join();
            assertThat(further.join()).succeedsWithin(PATIENCE);
            assertThat(versions(read(store, ORDER))).isEqualTo(upTo(3)); // all are the same one
        }
    }

    @Test
    void what_waits_is_made_before_the_store_is_closed() {
        try (Fleet fleet = new Fleet(3)) {
            given(fleet.open(), ORDER, 2);
            refused(
                    OutcomeUnknownException.class,
                    "LF-3001",
                    () -> fleet.open(Cuts.ofAppends(1, false)).move(ORDER, "shard 2", ACT));
            ShardedEventStore store = fleet.open();
            List<CompletableFuture<AppendResult>> waiting = new ArrayList<>();
            for (int n = 0; n < 20; n++) {
                waiting.add(async(store, Append.to(ORDER, ExpectedVersion.any(), event())));
            }
            store.close();
            assertThat(waiting).allMatch(CompletableFuture::isDone);
            for (CompletableFuture<AppendResult> each : waiting) {
                assertThat(each).succeedsWithin(PATIENCE);
            }
            assertThat(versions(read(fleet.open(), ORDER))).isEqualTo(upTo(22));
        }
    }

    private static CompletableFuture<AppendResult> async(ShardedEventStore store, Append append) {
        return store.appendAsync(append);
    }
}
