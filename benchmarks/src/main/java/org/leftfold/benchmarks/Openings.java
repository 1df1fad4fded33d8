package org.leftfold.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.leftfold.benchmarks.stores.BenchStore;
import org.leftfold.benchmarks.stores.StoreKind;
import org.leftfold.benchmarks.stores.StreamReader;
import org.leftfold.benchmarks.stores.Touch;

/**
 * W6 and the cold half of W3: a store is closed, the pages of its files are dropped, it is opened,
 * and streams are loaded that nobody has read since.
 */
final class Openings {
    /** Few, for the system reads ahead and soon has everything in memory. */
    private static final int COLD_LOADS = 30;

    private static final int WARM_LOADS = 10_000;
    private static final int BLOCK_BYTES = 4096;

    private final Options options;
    private final Results results;
    private final long eventCount;
    private boolean pagesAreDropped = true;

    Openings(Options options, Results results, long eventCount) {
        this.options = options;
        this.results = results;
        this.eventCount = eventCount;
    }

    void round(Contest contest, int round, Cell opening, Cell cold) {
        System.err.printf("round %d of %d: %s%n", round + 1, options.rounds, opening);
        contest.eachKindInTurn(
                round,
                kind -> {
                    if (kind.readsStreams()) {
                        turn(contest, kind, new Recorders(round, kind, opening, cold));
                    }
                });
    }

    private final class Recorders {
        private final Results.Recorder opening;
        private final Results.Recorder cold;
        private final SplittableRandom random;

        Recorders(int round, StoreKind kind, Cell opening, Cell cold) {
            this.opening = (metric, value) -> results.add(round, kind, opening, metric, value);
            this.cold = (metric, value) -> results.add(round, kind, cold, metric, value);
            this.random = new SplittableRandom(round);
        }
    }

    private void turn(Contest contest, StoreKind kind, Recorders to) throws Exception {
        Path place = contest.place(kind);
        loadWarm(contest.store(kind), to.random);
        double heapInUse = heapMebibytes();
        contest.close(kind);
        double heapWithout = heapMebibytes();
        DiskUse disk = DiskUse.of(place);
        PageCache.force(place);
        boolean isCold = drop(place);
        if (isCold && options.has(Options.WorkloadKind.W3)) {
            to.cold.record(Metric.COLD_READ_MICROS, coldReadMicros(place, to.random));
            drop(place);
        }
        long startNanos = System.nanoTime();
        BenchStore store = contest.open(kind);
        double openMillis = (System.nanoTime() - startNanos) / 1e6;
        Touch touch = new Touch();
        try (StreamReader reader = store.openReader()) {
            Loads.loadOne(reader, randomStream(to.random), touch);
            double firstReadMillis = (System.nanoTime() - startNanos) / 1e6;
            double heapOpened = heapMebibytes();
            if (options.has(Options.WorkloadKind.W6)) {
                to.opening.record(Metric.OPEN_MILLIS, openMillis);
                to.opening.record(Metric.FIRST_READ_MILLIS, firstReadMillis);
                to.opening.record(Metric.HEAP_OPENED_MEBIBYTES, heapOpened - heapWithout);
                to.opening.record(Metric.HEAP_IN_USE_MEBIBYTES, heapInUse - heapWithout);
                double bytesPerEvent = (double) disk.usedBytes() / eventCount;
                to.opening.record(Metric.DISK_BYTES_PER_EVENT, bytesPerEvent);
                to.opening.record(
                        Metric.DISK_TO_CONTENT, bytesPerEvent / Workload.CONTENT_BYTES_PER_EVENT);
                to.opening.record(Metric.UNUSED_MEBIBYTES, (double) disk.unusedBytes() / (1 << 20));
            }
            if (isCold && options.has(Options.WorkloadKind.W3)) {
                drop(place); // Opening may have read much.
                loadCold(reader, to, touch);
            }
        }
        if (touch.sum() == 0) {
            throw new IllegalStateException("nothing was read");
        }
    }

    /** So that the caches which a store has are filled. */
    private void loadWarm(BenchStore store, SplittableRandom random) throws Exception {
        Touch touch = new Touch();
        try (StreamReader reader = store.openReader()) {
            for (int i = 0; i < WARM_LOADS; i++) {
                Loads.loadOne(reader, randomStream(random), touch);
            }
        }
    }

    private boolean drop(Path place) throws IOException {
        boolean isDropped = PageCache.drop(place);
        pagesAreDropped &= isDropped;
        return isDropped;
    }

    /** Whether all pages could be dropped; else what is called cold was not, and W3 has no cold. */
    boolean pagesAreDropped() {
        return pagesAreDropped;
    }

    private String randomStream(SplittableRandom random) {
        return Workload.stream(random.nextInt(Workload.streamCount(eventCount)));
    }

    private void loadCold(StreamReader reader, Recorders to, Touch touch) throws Exception {
        Latencies times = new Latencies();
        for (int i = 0; i < COLD_LOADS; i++) {
            String stream = randomStream(to.random);
            long callNanos = System.nanoTime();
            Loads.loadOne(reader, stream, touch);
            times.add(System.nanoTime() - callNanos);
        }
        to.cold.record(Metric.P50_MICROS, times.micros(50));
        to.cold.record(Metric.P99_MICROS, times.micros(99));
    }

    /** Median of reads of one block each, at random places of the largest file. */
    private static double coldReadMicros(Path place, SplittableRandom random) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(place)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        Path largest =
                files.stream()
                        .max(Comparator.comparingLong(file -> file.toFile().length()))
                        .orElseThrow();
        Latencies times = new Latencies();
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
        try (FileChannel channel = FileChannel.open(largest)) {
            long blocks = Math.max(1, channel.size() / BLOCK_BYTES);
            for (int i = 0; i < COLD_LOADS; i++) {
                long at = random.nextLong(blocks) * BLOCK_BYTES;
                long callNanos = System.nanoTime();
                channel.read(block.clear(), at);
                times.add(System.nanoTime() - callNanos);
            }
        }
        return times.micros(50);
    }

    private static double heapMebibytes() {
        System.gc();
        return (double) ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
                / (1 << 20);
    }
}
