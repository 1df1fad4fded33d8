package org.leftfold.engine.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventId;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;

/** An interrupt of a caller's thread harms nobody, and the caller still learns of it. */
@Timeout(120)
class InterruptTest {
    private static final int INTERRUPTS = Boolean.getBoolean("leftfold.long") ? 10_000 : 1_000;
    private static final int FOLLOWER_INTERRUPTS = INTERRUPTS / 300;
    private static final EmbeddedOptions OPTIONS =
            EmbeddedOptions.defaults().segmentBytes(16 << 10, 64 << 10);

    @TempDir private Path directory;

    private final Map<EventId, Long> acknowledged = new ConcurrentHashMap<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean ending; // written by the test, read by the victims

    /** A thread that uses the store and is interrupted again and again. */
    @SuppressWarnings("ThreadPriorityCheck") // yields for fairness; nothing depends on it
    private final class Victim implements Runnable {
        private final AtomicInteger given = new AtomicInteger();
        private final AtomicInteger seen = new AtomicInteger();
        private final Runnable use;
        private volatile Thread thread; // written once, before the first interrupt

        Victim(Runnable use) {
            this.use = use;
        }

        @Override
        public void run() {
            try {
                while (!ending) {
                    use.run();
                    look();
                    Thread.yield(); // virtual threads that only read would keep the follower's out
                }
                look(); // no more interrupts come
            } catch (RuntimeException | AssertionError e) {
                failure.compareAndSet(null, e);
            }
        }

        void look() {
            if (Thread.interrupted()) {
                seen.incrementAndGet();
            }
        }

        /** Interrupts, unless the last interrupt was not seen yet. */
        boolean interrupt() {
            Thread target = thread;
            if (target == null || given.get() != seen.get()) {
                return false;
            }
            given.incrementAndGet();
            target.interrupt();
            return true;
        }
    }

    @Test
    void interrupted_callers_lose_nothing_and_keep_their_interrupt(TestReporter reporter)
            throws InterruptedException {
        long seed = Long.getLong("leftfold.seed", System.nanoTime());
        reporter.publishEntry("seed", Long.toString(seed));
        SeenEvents followed = new SeenEvents();
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory, OPTIONS)) {
            List<Victim> victims = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                StreamName stream = new StreamName("s-" + i);
                victims.add(new Victim(() -> append(store, stream)));
                victims.add(new Victim(() -> read(store)));
                victims.add(new Victim(() -> followABit(store)));
            }
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < victims.size(); i++) {
                Victim victim = victims.get(i);
                victim.thread =
                        i % 2 == 0
                                ? Thread.ofPlatform().unstarted(victim)
                                : Thread.ofVirtual().unstarted(victim);
                victim.thread.start();
                threads.add(victim.thread);
            }
            Victim follower = followThroughout(store, followed);
            victims.add(follower);

            interruptAll(victims, follower, new SplittableRandom(seed));
            ending = true;
            for (Thread thread : threads) {
                thread.join();
            }
            store.append(new StreamName("last"), ExpectedVersion.noStream(), event());
            followed.awaitCount((int) store.head());
            assertThat(failure.get()).as("seed " + seed).isNull();
            victims.remove(follower); // its last interrupt may come behind its last event
            assertThat(victims).as("seed " + seed).allMatch(v -> v.given.get() == v.seen.get());
        }
        try (EmbeddedEventStore store = EmbeddedEventStore.open(directory, OPTIONS)) {
            check(store.read(ReadRequest.all()).toList(), followed.events());
        }
    }

    private void interruptAll(List<Victim> victims, Victim follower, SplittableRandom random) {
        int done = 0;
        while ((done < INTERRUPTS || follower.seen.get() < FOLLOWER_INTERRUPTS)
                && failure.get() == null) {
            if (victims.get(random.nextInt(victims.size())).interrupt()) {
                done++;
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private void append(EmbeddedEventStore store, StreamName stream) {
        NewEvent event = event();
        AppendResult result = store.append(stream, ExpectedVersion.any(), event);
        acknowledged.put(event.id(), result.lastPosition());
    }

    private static NewEvent event() {
        return NewEvent.ofJson("Made", "\"" + "x".repeat(100) + "\"");
    }

    private static void read(EmbeddedEventStore store) {
        long head = store.head();
        long last = Math.max(0, head - 100);
        for (RecordedEvent event : store.read(ReadRequest.all().after(last).to(head))) {
            assertThat(event.position()).isEqualTo(++last);
        }
        assertThat(last).isEqualTo(head);
        StreamName stream = new StreamName("s-" + head % 4);
        long version = store.version(stream);
        assertThat(store.read(ReadRequest.stream(stream).backward().limit(20)).toList())
                .hasSizeGreaterThanOrEqualTo((int) Math.min(20, version));
    }

    private void followABit(EmbeddedEventStore store) {
        SeenEvents seen = new SeenEvents();
        long head = store.head();
        Subscription following = store.follow(FollowRequest.fromStart(Query.all()), seen);
        following.close();
        following.completion().join();
        assertThat(seen.events()).allMatch(event -> event.position() > 0);
        assertThat(store.head()).isGreaterThanOrEqualTo(head);
    }

    /** A follower whose handler looks for interrupts of its own thread. */
    private Victim followThroughout(EmbeddedEventStore store, SeenEvents followed) {
        Victim self = new Victim(() -> {});
        store.follow(
                FollowRequest.fromStart(Query.all()),
                event -> {
                    self.thread = Thread.currentThread();
                    self.look();
                    followed.handle(event);
                });
        return self;
    }

    private void check(List<RecordedEvent> all, List<RecordedEvent> followed) {
        assertThat(followed).isEqualTo(all);
        assertThat(all).hasSize(acknowledged.size() + 1);
        for (RecordedEvent event : all.subList(0, all.size() - 1)) {
            assertThat(acknowledged).containsEntry(event.id(), event.position());
        }
    }
}
