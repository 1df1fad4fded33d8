package org.leftfold.engine.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventId;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;

/** Closing a store while it is used ends every call, and takes back nothing. */
@Timeout(120)
class CloseUnderLoadTest {
    private static final int ROUNDS = Boolean.getBoolean("leftfold.long") ? 500 : 20;
    private static final int CALLERS = 64;
    private static final EmbeddedOptions OPTIONS =
            EmbeddedOptions.defaults().segmentBytes(16 << 10, 256 << 10);

    @TempDir private Path directory;

    private final Map<EventId, Long> acknowledged = new ConcurrentHashMap<>();
    private final Queue<Throwable> unexpected = new ConcurrentLinkedQueue<>();

    @Test
    void closing_under_load_ends_every_call_and_keeps_what_was_acknowledged(TestReporter reporter)
            throws Exception {
        long seed = Long.getLong("leftfold.seed", System.nanoTime());
        reporter.publishEntry("seed", Long.toString(seed));
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            EmbeddedEventStore store = EmbeddedEventStore.open(directory, OPTIONS);
            Subscription following = store.follow(FollowRequest.fromNow(Query.all()), event -> {});
            CountDownLatch underWay = new CountDownLatch(1 + random.nextInt(200));
            try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < CALLERS; i++) {
                    int number = i;
                    callers.execute(() -> use(store, number, underWay));
                }
                underWay.await();
                store.close();
            }
            assertThat(unexpected).as("seed " + seed + ", round " + round).isEmpty();
            assertThat(following.completion()).isCompletedExceptionally();
        }
        checkStored(seed);
    }

    /** Appends and reads until the store refuses. */
    private void use(EmbeddedEventStore store, int number, CountDownLatch underWay) {
        try {
            while (true) {
                NewEvent event = NewEvent.ofJson("Made", "\"" + "x".repeat(number) + "\"");
                StreamName stream = new StreamName("s-" + number);
                Append append = Append.to(stream, ExpectedVersion.any(), event);
                AppendResult result =
                        number % 2 == 0 ? store.append(append) : joined(store.appendAsync(append));
                acknowledged.put(event.id(), result.lastPosition());
                store.read(ReadRequest.stream(stream).backward().limit(3)).toList();
                underWay.countDown();
            }
        } catch (StoreUnavailableException | InvalidRequestException e) {
            if (!List.of("LF-1007", "LF-3006").contains(e.code())) {
                unexpected.add(e);
            }
        } catch (RuntimeException | Error e) {
            unexpected.add(e);
        }
    }

    private static AppendResult joined(CompletableFuture<AppendResult> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof LeftfoldException known) {
                throw known;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("a call did not end", e);
        }
    }

    private void checkStored(long seed) {
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory, OPTIONS)) {
            List<RecordedEvent> all = store.read(ReadRequest.all()).toList();
            Map<EventId, Long> stored = new ConcurrentHashMap<>();
            all.forEach(event -> stored.put(event.id(), event.position()));
            assertThat(stored).as("seed " + seed).containsAllEntriesOf(acknowledged);
            assertThat(stored).as("no event twice").hasSize(all.size());
            assertThat(acknowledged).hasSizeGreaterThan(ROUNDS);
        }
    }

    @Test
    void callers_wait_while_the_queue_is_full() throws Exception {
        int calls = 400; // of 1 MiB each: far more than the queue holds
        Payload payload = Payload.wrap(new byte[1 << 20]);
        List<CompletableFuture<AppendResult>> futures = new ArrayList<>();
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory)) {
            int mostWaiting = 0;
            AtomicInteger done = new AtomicInteger();
            for (int i = 0; i < calls; i++) {
                Append append =
                        Append.to(
                                new StreamName("big"),
                                ExpectedVersion.any(),
                                NewEvent.of("Big", payload));
                futures.add(
                        store.appendAsync(append)
                                .whenComplete((result, error) -> done.incrementAndGet()));
                mostWaiting = Math.max(mostWaiting, i + 1 - done.get());
            }
            for (int i = 0; i < calls; i++) {
                assertThat(futures.get(i).get().lastPosition()).isEqualTo(i + 1);
            }
            assertThat(mostWaiting).as("calls under way").isLessThan(200);
        }
    }

    @Test
    void a_handler_may_close_the_store() throws Exception {
        AtomicReference<EmbeddedEventStore> open = new AtomicReference<>();
        CountDownLatch closed = new CountDownLatch(1);
        EmbeddedEventStore store = EmbeddedEventStore.open(directory, OPTIONS);
        open.set(store);
        Subscription other = store.follow(FollowRequest.fromNow(Query.all()), event -> {});
        Subscription self =
                store.follow(
                        FollowRequest.fromNow(Query.all()),
                        event -> {
                            open.get().close();
                            closed.countDown();
                        });
        store.append(
                new StreamName("s-1"), ExpectedVersion.noStream(), NewEvent.ofJson("Made", "1"));

        closed.await();

        for (Subscription subscription : List.of(self, other)) {
            assertThatThrownBy(() -> subscription.completion().get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(StoreUnavailableException.class);
        }
        assertThatThrownBy(store::head).isInstanceOf(InvalidRequestException.class);
        try (EmbeddedEventStore again = EmbeddedEventStore.open(directory, OPTIONS)) {
            assertThat(again.head()).isEqualTo(1);
        }
    }

    @Test
    void a_handler_may_close_its_subscription_and_append() throws Exception {
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory, OPTIONS)) {
            CompletableFuture<Subscription> self = new CompletableFuture<>();
            List<RecordedEvent> seen = new ArrayList<>();
            self.complete(
                    store.follow(
                            FollowRequest.fromNow(Query.stream(new StreamName("s-1"))),
                            event -> {
                                seen.add(event);
                                store.append(
                                        new StreamName("s-2"),
                                        ExpectedVersion.any(),
                                        NewEvent.ofJson("Answered", "2"));
                                self.join().close();
                            }));
            store.append(
                    new StreamName("s-1"),
                    ExpectedVersion.noStream(),
                    NewEvent.ofJson("Asked", "1"),
                    NewEvent.ofJson("Asked", "1"));

            self.join().completion().get(30, TimeUnit.SECONDS);

            assertThat(seen).hasSize(1);
            assertThat(store.version(new StreamName("s-2"))).isEqualTo(1);
        } catch (CompletionException e) {
            throw new AssertionError("the subscription ended with an error", e);
        }
    }
}
