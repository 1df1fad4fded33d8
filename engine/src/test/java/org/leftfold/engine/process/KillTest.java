package org.leftfold.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.concurrent.SeenEvents;

/** A process that is killed at any moment loses nothing that it acknowledged (G1, G2, G10). */
class KillTest {
    private static final int CYCLES = Boolean.getBoolean("leftfold.long") ? 10_000 : 100;
    private static final int LANES = 2;

    /** A store lives this long; then its lane begins with the next one. */
    private static final int CYCLES_OF_A_STORE = 50;

    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger killedEarly = new AtomicInteger();

    @Test
    void a_killed_process_loses_nothing_that_it_acknowledged(
            @TempDir Path directory, TestReporter reporter) {
        long seed = Long.getLong("leftfold.seed", System.nanoTime());
        reporter.publishEntry("seed", Long.toString(seed));
        SplittableRandom random = new SplittableRandom(seed);
        List<CompletableFuture<Void>> lanes = new ArrayList<>();
        for (int i = 0; i < LANES; i++) {
            Path home = directory.resolve("lane" + i);
            SplittableRandom own = random.split();
            CompletableFuture<Void> end = new CompletableFuture<>();
            lanes.add(end);
            Thread.ofPlatform()
                    .start(() -> {
                        try {
                            runLane(home, own);
                            end.complete(null);
                        } catch (Exception | AssertionError e) {
                            end.completeExceptionally(
                                    new AssertionError("seed " + seed + ": " + e, e));
                        }
                    });
        }

        CompletableFuture.allOf(lanes.toArray(CompletableFuture[]::new)).join();

        reporter.publishEntry(
                "kills",
                "%d, %d of them before the store was open; %d events acknowledged"
                        .formatted(CYCLES, killedEarly.get(), acknowledged.get()));
        assertThat(acknowledged.get()).as("acknowledged, seed " + seed).isGreaterThan(CYCLES);
    }

    private void runLane(Path home, SplittableRandom random) throws Exception {
        for (int done = 0; done < CYCLES / LANES; done += CYCLES_OF_A_STORE) {
            new Lane(home.resolve("from" + done), random.split()).run(CYCLES_OF_A_STORE);
        }
    }

    /** One store, and one child after the other. */
    private final class Lane {
        private final Path store;
        private final Path ackFile;
        private final SplittableRandom random;
        private final List<Ack> acks = new ArrayList<>();
        private final Set<Ack> seenByReaders = new HashSet<>();
        private final SeenEvents follower = new SeenEvents();
        private EmbeddedEventStore following; // null until a child has made the store

        Lane(Path directory, SplittableRandom random) {
            this.store = directory.resolve("store");
            this.ackFile = directory.resolve("acks");
            this.random = random;
        }

        void run(int cycles) throws Exception {
            Files.createDirectories(ackFile.getParent());
            Files.createFile(ackFile);
            try {
                for (int i = 0; i < cycles; i++) {
                    cycle(i);
                }
                checkStore();
            } finally {
                if (following != null) {
                    following.close();
                }
            }
        }

        private void cycle(int number) throws Exception {
            List<String> lines = new ArrayList<>();
            try (ChildJvm child =
                    ChildJvm.start(AppenderChild.class, store, ackFile, random.nextLong())) {
                CompletableFuture<String> first = new CompletableFuture<>();
                Thread collector = Thread.ofPlatform().start(() -> collect(child, first, lines));
                if (random.nextInt(4) == 0) {
                    child.letRun(50 + random.nextInt(350));
                    killedEarly.addAndGet(first.isDone() ? 0 : 1);
                } else {
                    assertThat(first.join()).isEqualTo(AppenderChild.READY);
                    readBeside(number);
                    child.letRun(random.nextInt(120));
                }
                child.kill();
                collector.join();
                assertThat(first.getNow(AppenderChild.READY)).isIn(AppenderChild.READY, "");
            }
            keep(lines);
        }

        private static void collect(
                ChildJvm child, CompletableFuture<String> first, List<String> lines) {
            try {
                for (String line = child.answer(); line != null; line = child.answer()) {
                    if (!first.complete(line)) {
                        lines.add(line);
                    }
                }
                first.complete("");
            } catch (IOException e) {
                first.completeExceptionally(e);
            }
        }

        private void keep(List<String> lines) throws IOException {
            List<Ack> whole = lines.stream().flatMap(line -> Ack.parse(line).stream()).toList();
            acks.addAll(whole);
            acknowledged.addAndGet(whole.size());
            Files.write(
                    ackFile, whole.stream().map(Ack::toLine).toList(), StandardOpenOption.APPEND);
        }

        /** One follower lives through all kills; readers come and go. */
        private void readBeside(int number) {
            if (following == null) {
                following = EmbeddedEventStore.openReadOnly(store);
                following.follow(FollowRequest.fromStart(Query.all()), follower);
            }
            if (number % 10 == 0) {
                try (EmbeddedEventStore reader = EmbeddedEventStore.openReadOnly(store)) {
                    reader.read(ReadRequest.all()).forEach(e -> seenByReaders.add(Ack.of(e)));
                }
            }
        }

        private void checkStore() throws InterruptedException {
            Map<Long, Ack> stored = new HashMap<>();
            List<RecordedEvent> all;
            try (EmbeddedEventStore opened =
                    EmbeddedEventStore.open(store, AppenderChild.OPTIONS)) {
                all = opened.read(ReadRequest.all()).toList();
                follower.awaitCount(all.size());
            }
            all.forEach(event -> stored.put(event.position(), Ack.of(event)));
            assertThat(acks).as("acknowledged").allMatch(a -> a.equals(stored.get(a.position())));
            assertThat(seenByReaders).as("read").allMatch(a -> a.equals(stored.get(a.position())));
            assertThat(follower.events()).as("followed").isEqualTo(all);
            checkContiguous(all);
            checkWhole(all);
            assertThat(EmbeddedEventStore.verify(store, events -> {}).problems()).isEmpty();
        }

        private static void checkContiguous(List<RecordedEvent> all) {
            Set<String> ids = new HashSet<>();
            Map<String, Long> versions = new HashMap<>();
            long position = 0;
            for (RecordedEvent event : all) {
                assertThat(event.position()).isEqualTo(++position);
                assertThat(event.version())
                        .as(event.toString())
                        .isEqualTo(versions.merge(event.stream().value(), 1L, Long::sum));
                assertThat(ids.add(event.id().toString())).as("new id: " + event).isTrue();
            }
        }

        private static void checkWhole(List<RecordedEvent> all) {
            Map<String, Integer> missing = new HashMap<>();
            for (RecordedEvent event : all) {
                int size =
                        Integer.parseInt(event.metadata().value(AppenderChild.SIZE).orElseThrow());
                missing.merge(
                        event.metadata().value(AppenderChild.APPEND).orElseThrow(),
                        size - 1,
                        (left, first) -> left - 1);
            }
            assertThat(missing.values()).as("events missing of an append").containsOnly(0);
        }
    }
}
