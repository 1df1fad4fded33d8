package org.leftfold.testkit.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.testkit.shard.Streams.ACT;
import static org.leftfold.testkit.shard.Streams.event;
import static org.leftfold.testkit.shard.Streams.read;
import static org.leftfold.testkit.shard.Streams.readAll;
import static org.leftfold.testkit.shard.Streams.upTo;
import static org.leftfold.testkit.shard.Streams.versions;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.api.VersionConflictException;
import org.leftfold.api.shard.ShardedEventStore;
import org.leftfold.testkit.tck.Together;

/** Programs append, read and follow while others move the same streams about. */
class MoveRaceTest {
    private static final int WRITERS = 6;
    private static final int EACH = 60;
    private static final int STREAMS = 2;

    @Test
    void no_event_is_lost_doubled_or_out_of_order_while_its_stream_is_moved() throws Exception {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore following = fleet.open();
            Deliveries seen = new Deliveries();
            try (Subscription running =
                    following.follow(FollowRequest.fromStart(Query.all()), seen)) {
                AtomicInteger writing = new AtomicInteger(WRITERS);
                Together.run(
                        WRITERS + 3,
                        thread -> {
                            if (thread == WRITERS) {
                                return move(fleet.open(), writing, 1);
                            } else if (thread == WRITERS + 1) {
                                return move(fleet.open(), writing, 2);
                            } else if (thread > WRITERS) {
                                return readAgainAndAgain(fleet.open(), writing);
                            }
                            write(fleet.open(), thread);
                            return writing.decrementAndGet();
                        });
                ShardedEventStore after = fleet.open();
                List<RecordedEvent> all = new ArrayList<>();
                for (int n = 0; n < STREAMS; n++) {
                    List<RecordedEvent> events = read(after, stream(n));
                    assertThat(versions(events)).isEqualTo(upTo(WRITERS * EACH / STREAMS));
                    assertThat(events.stream().map(RecordedEvent::id)).doesNotHaveDuplicates();
                    all.addAll(events);
                }
                assertThat(readAll(after)).containsExactlyInAnyOrderElementsOf(all);
                assertThat(seen.await(all.size(), running.completion()))
                        .containsExactlyInAnyOrderElementsOf(all);
            }
        }
    }

    @Test
    void appends_without_waiting_are_all_made_while_their_stream_is_moved() throws Exception {
        try (Fleet fleet = new Fleet(3)) {
            ShardedEventStore store = fleet.open();
            ShardedEventStore mover = fleet.open();
            StreamName stream = stream(0);
            List<CompletableFuture<AppendResult>> results = new ArrayList<>();
            for (int n = 0; n < 200; n++) {
                results.add(store.appendAsync(Append.to(stream, ExpectedVersion.any(), event())));
                if (n % 20 == 10) {
                    mover.move(stream, Fleet.name(n / 20 % 3), ACT);
                }
            }
            List<Long> last = new ArrayList<>();
            for (CompletableFuture<AppendResult> result : results) {
                last.add(result.get(25, TimeUnit.SECONDS).lastVersion());
            }
            assertThat(last).containsExactlyInAnyOrderElementsOf(upTo(200));
            assertThat(versions(read(mover, stream))).isEqualTo(upTo(200));
        }
    }

    private static StreamName stream(int number) {
        return StreamName.of("race", String.valueOf(number));
    }

    private static void write(ShardedEventStore store, int thread) {
        StreamName stream = stream(thread % STREAMS);
        for (int n = 0; n < EACH; n++) {
            NewEvent event = event();
            boolean isStored = false;
            while (!isStored) {
                isStored = isStored(store, stream, event, thread < WRITERS / 2);
            }
        }
    }

    private static boolean isStored(
            ShardedEventStore store, StreamName stream, NewEvent event, boolean exactly) {
        try {
            ExpectedVersion expected =
                    exactly
                            ? ExpectedVersion.exactly(read(store, stream).size())
                            : ExpectedVersion.any();
            store.append(stream, expected, event);
            return true;
        } catch (VersionConflictException overtaken) {
            return false;
        } catch (StoreUnavailableException busy) {
            assertThat(busy.code()).isEqualTo("LF-3401");
            return false;
        }
    }

    private static int move(ShardedEventStore store, AtomicInteger writing, int step) {
        int moves = 0;
        for (; writing.get() > 0; moves++) {
            StreamName stream = stream(moves % STREAMS);
            if (store.version(stream) > 0) {
                try {
                    store.move(stream, Fleet.name((moves * step) % 3), ACT);
                } catch (StoreUnavailableException busy) {
                    assertThat(busy.code()).isEqualTo("LF-3401");
                }
            }
        }
        return moves;
    }

    /** What is read is always a beginning of the stream, and never shorter than before. */
    private static int readAgainAndAgain(ShardedEventStore store, AtomicInteger writing) {
        int[] before = new int[STREAMS];
        int reads = 0;
        for (; writing.get() > 0; reads++) {
            int number = reads % STREAMS;
            List<RecordedEvent> events =
                    reads % 3 == 0 ? ordered(store, stream(number)) : read(store, stream(number));
            assertThat(versions(events)).isEqualTo(upTo(events.size()));
            assertThat(events.size()).isGreaterThanOrEqualTo(before[number]);
            before[number] = events.size();
        }
        return reads;
    }

    /** The events of a stream out of a read over all shards. */
    private static List<RecordedEvent> ordered(ShardedEventStore store, StreamName stream) {
        return readAll(store).stream()
                .filter(event -> event.stream().equals(stream))
                .sorted(java.util.Comparator.comparingLong(RecordedEvent::version))
                .toList();
    }
}
