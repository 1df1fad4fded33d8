package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.io.Machine;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.disk.SimulatedMachine;

/** Reads, followers and appends go on while segments are rewritten beneath them. */
class ScavengeReadersTest {
    private static final int ROUNDS = 25;
    private static final int KEPT_STREAMS = 8;
    private static final int DOOMED_STREAMS = 40;
    private static final EmbeddedOptions SMALL =
            EmbeddedOptions.defaults().indexMemoryBytes(64 << 10).segmentBytes(32 << 10, 128 << 10);

    @TempDir private Path directory;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final SplittableRandom random = new SplittableRandom(24_000);

    @Test
    void nobody_notices_a_scavenge() throws Exception {
        try (EmbeddedEventStore store = open();
                ExecutorService threads = Executors.newCachedThreadPool()) {
            append(store, 400);
            try (EmbeddedEventStore beside = EmbeddedEventStore.openReadOnly(directory, SMALL)) {
                Seen followed = new Seen();
                Seen followedBeside = new Seen();
                Subscription own = follow(store, followed);
                Subscription other = follow(beside, followedBeside);
                Slow slow = new Slow(store);
                Slow slowBeside = new Slow(beside);
                List<Future<?>> readers = new ArrayList<>();
                for (EmbeddedEventStore from : List.of(store, beside)) {
                    readers.add(threads.submit(untilEnd(() -> readAll(from))));
                    readers.add(threads.submit(untilEnd(() -> readByIndex(from))));
                }
                long removed = 0;
                try {
                    for (int round = 0; round < ROUNDS; round++) {
                        append(store, 40);
                        truncate(store);
                        removed += store.admin().scavenge(position -> {}).removedEvents();
                        slow.takeSome();
                        slowBeside.takeSome();
                    }
                } finally {
                    ended.set(true);
                }
                for (Future<?> reader : readers) {
                    reader.get();
                }
                assertThat(removed).isPositive();
                slow.takeRest();
                slowBeside.takeRest();
                Checkpoint end = store.checkpoint();
                awaitEnd(own, end);
                awaitEnd(other, end);
                own.close();
                other.close();
                long expected = store.read(kept()).toList().size();
                assertThat(followed.count()).isEqualTo(expected);
                assertThat(followedBeside.count()).isEqualTo(expected);
                assertThat(beside.read(ReadRequest.all()).toList())
                        .isEqualTo(store.read(ReadRequest.all()).toList());
            }
        }
        assertThat(EmbeddedEventStore.verify(directory, events -> {}).problems()).isEmpty();
    }

    private EmbeddedEventStore open() {
        EmbeddedEventStore store = EmbeddedEventStore.open(directory, SMALL);
        store.scavengeFrom(0);
        return store;
    }

    /** What one reader has seen: of each stream every version, each once. */
    private static final class Seen {
        private final Map<StreamName, Long> versions = new HashMap<>();
        private long position;
        private long count;

        synchronized void take(RecordedEvent event) {
            assertThat(event.position()).isGreaterThan(position);
            position = event.position();
            if (event.stream().category().equals("kept")) {
                count++;
                assertThat(versions.merge(event.stream(), 1L, Long::sum))
                        .as("version of %s", event.stream())
                        .isEqualTo(event.version());
                assertThat(event.payload().sizeBytes()).isEqualTo(300);
            }
        }

        synchronized long count() {
            return count;
        }
    }

    /** A read that lasts over many scavenges. */
    private static final class Slow {
        private final Seen seen = new Seen();
        private final Events events;
        private final long head;
        private final EmbeddedEventStore store;

        Slow(EmbeddedEventStore store) {
            this.store = store;
            this.head = store.head();
            this.events = store.read(ReadRequest.all().to(head));
        }

        void takeSome() {
            for (int i = 0; i < 12 && events.hasNext(); i++) {
                seen.take(events.next());
            }
        }

        void takeRest() {
            events.forEachRemaining(seen::take);
            assertThat(seen.count()).isEqualTo(store.read(kept().to(head)).toList().size());
        }
    }

    private static ReadRequest kept() {
        return ReadRequest.of(Query.category("kept"));
    }

    private static Subscription follow(EmbeddedEventStore store, Seen seen) {
        return store.follow(FollowRequest.fromStart(Query.all()), seen::take);
    }

    private static void awaitEnd(Subscription subscription, Checkpoint end) {
        while (!subscription.checkpoint().equals(end)) {
            assertThat(subscription.completion()).isNotCompletedExceptionally();
            Thread.onSpinWait();
        }
    }

    private Callable<Void> untilEnd(Runnable work) {
        return () -> {
            while (!ended.get()) {
                work.run();
            }
            return null;
        };
    }

    private static void readAll(EmbeddedEventStore store) {
        long head = store.head();
        Seen seen = new Seen();
        store.read(ReadRequest.all().to(head)).forEachRemaining(seen::take);
        assertThat(seen.count()).isEqualTo(store.read(kept().to(head)).toList().size());
    }

    private static void readByIndex(EmbeddedEventStore store) {
        for (int i = 0; i < KEPT_STREAMS; i++) {
            StreamName stream = StreamName.of("kept", "s" + i);
            long version = store.version(stream);
            List<RecordedEvent> events =
                    store.read(ReadRequest.stream(stream).toVersion(version).backward()).toList();
            assertThat(events).hasSize((int) version);
            Seen seen = new Seen();
            events.reversed().forEach(seen::take);
        }
    }

    private void append(EmbeddedEventStore store, int appends) {
        Queue<CompletableFuture<?>> under = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < appends; i++) {
            boolean isKept = random.nextInt(4) == 0;
            StreamName stream =
                    isKept
                            ? StreamName.of("kept", "s" + random.nextInt(KEPT_STREAMS))
                            : StreamName.of("doomed", "s" + random.nextInt(DOOMED_STREAMS));
            NewEvent event = NewEvent.of("Made", Payload.of(new byte[300]));
            under.add(
                    store.appendAsync(
                            org.leftfold.api.Append.to(stream, ExpectedVersion.any(), event)));
        }
        under.forEach(CompletableFuture::join);
    }

    private void truncate(EmbeddedEventStore store) {
        for (int i = 0; i < DOOMED_STREAMS / 4; i++) {
            StreamName stream = StreamName.of("doomed", "s" + random.nextInt(DOOMED_STREAMS));
            long version = store.version(stream);
            if (version > 1) {
                store.admin().truncate(stream, 2 + random.nextLong(version), Scavenged.ACT);
            }
        }
    }

    @Test
    void files_of_before_are_closed_when_nobody_can_read_them() {
        SimulatedMachine machine = SimulatedMachine.empty(1);
        SimulatedDirectory disk = machine.disk();
        try (EmbeddedEventStore store =
                Opening.forWriting(
                        // a writer that waits for returning callers needs a time that passes
                        machine.machine().withTime(Machine.system(directory).time()),
                        SMALL,
                        EmbeddedEventStore.Execution.THREADS)) {
            store.scavengeFrom(0);
            append(store, 800);
            Events open = store.read(ReadRequest.all());
            RecordedEvent first = open.next();
            truncate(store);
            store.admin().scavenge(position -> {});
            long before = openSegments(disk);
            assertThat(before).isGreaterThan(store.admin().scavenge(p -> {}).removedEvents() + 5);
            open.forEachRemaining(event -> assertThat(event.position()).isGreaterThan(1));
            assertThat(first.position()).isEqualTo(1);
            long names = disk.names().stream().filter(name -> name.endsWith(".segment")).count();
            for (int i = 0; i < 2000 && openSegments(disk) > names; i++) {
                System.gc();
                Thread.onSpinWait();
            }
            assertThat(openSegments(disk)).isEqualTo(names);
        }
        assertThat(disk.openFiles()).isEmpty();
    }

    private static long openSegments(SimulatedDirectory disk) {
        return disk.openFiles().stream().filter(name -> name.endsWith(".segment")).count();
    }

    @Test
    void closing_the_store_ends_a_scavenge() throws Exception {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (boolean isInside : new boolean[] {true, false}) {
                EmbeddedEventStore store = open();
                append(store, 6000);
                truncate(store);
                List<RecordedEvent> before = store.read(ReadRequest.all()).toList();
                List<Future<?>> closings = new ArrayList<>();
                assertThatThrownBy(() ->
                                store.admin()
                                        .scavenge(position -> {
                                            if (isInside) {
                                                store.close();
                                            } else if (closings.isEmpty()) {
                                                closings.add(threads.submit(store::close));
                                                awaitClosed(store);
                                            }
                                        }))
                        .hasMessageContaining("LF-3006");
                for (Future<?> closing : closings) {
                    closing.get();
                }
                try (EmbeddedEventStore again = open()) {
                    assertThat(again.read(ReadRequest.all()).toList()).isEqualTo(before);
                    again.admin().scavenge(position -> {});
                    assertThat(again.read(ReadRequest.all()).toList()).isEqualTo(before);
                }
            }
        }
    }

    private static void awaitClosed(EmbeddedEventStore store) {
        boolean isOpen = true;
        while (isOpen) {
            try {
                store.head();
            } catch (org.leftfold.api.InvalidRequestException e) {
                isOpen = false;
            }
        }
    }
}
