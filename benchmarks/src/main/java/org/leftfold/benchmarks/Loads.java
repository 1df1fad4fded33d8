package org.leftfold.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.leftfold.benchmarks.stores.BenchStore;
import org.leftfold.benchmarks.stores.StoreKind;
import org.leftfold.benchmarks.stores.StreamReader;
import org.leftfold.benchmarks.stores.Touch;

/**
 * W3, warm: each thread loads streams at random and makes every field of their events. Each load
 * has to give the 20 events of the stream in order.
 */
final class Loads {
    static final List<Integer> THREADS = List.of(1, 8);

    /** How much longer than planned a turn may take before its store counts as stuck. */
    private static final long MAX_OVERTIME_SECONDS = 60;

    private final Options options;
    private final Results results;
    private final int streamCount;
    private volatile long touched; // written by each thread at its end, so that all has to be made

    Loads(Options options, Results results, long eventCount) {
        this.options = options;
        this.results = results;
        this.streamCount = Workload.streamCount(eventCount);
    }

    /** So that compilers and caches of all stores have settled. */
    void warmUp(Contest contest) {
        System.err.println("warm-up of loads");
        contest.eachInTurn(
                0,
                (kind, store) -> {
                    if (kind.readsStreams()) {
                        for (int threads : THREADS) {
                            turn(store, threads, -1, (metric, value) -> {});
                        }
                    }
                });
    }

    void round(Contest contest, int round, Cell cell, int threads) {
        System.err.printf("round %d of %d: %s%n", round + 1, options.rounds, cell);
        contest.eachInTurn(
                round,
                (kind, store) -> {
                    if (kind.readsStreams()) {
                        turn(store, kind, threads, round, cell);
                    }
                });
    }

    /**
     * All turns of a store one after the other, when its files are in memory: those of all stores
     * together may be larger than that.
     */
    void warmRound(Contest contest, int round) {
        System.err.printf("round %d of %d: W3%n", round + 1, options.rounds);
        contest.eachInTurn(
                round,
                (kind, store) -> {
                    if (kind.readsStreams()) {
                        bringIn(contest, kind);
                        for (int threads : THREADS) {
                            turn(store, kind, threads, round, Cell.w3(threads));
                        }
                    }
                });
    }

    /** Drops the pages of the others first, else the system may drop some of these instead. */
    private static void bringIn(Contest contest, StoreKind kind) throws IOException {
        for (StoreKind other : contest.kinds()) {
            if (other != kind) {
                PageCache.drop(contest.place(other));
            }
        }
        PageCache.fill(contest.place(kind));
    }

    private void turn(BenchStore store, StoreKind kind, int threads, int round, Cell cell)
            throws Exception {
        turn(
                store,
                threads,
                round,
                (metric, value) -> results.add(round, kind, cell, metric, value));
    }

    private void turn(BenchStore store, int threads, int round, Results.Recorder recorder)
            throws Exception {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        CountDownLatch running = new CountDownLatch(threads);
        List<Latencies> latencies = new ArrayList<>();
        List<StreamReader> readers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            latencies.add(new Latencies());
            readers.add(store.openReader());
        }
        Meter meter = new Meter();
        for (int i = 0; i < threads; i++) {
            StreamReader reader = readers.get(i);
            Latencies times = latencies.get(i);
            SplittableRandom random = new SplittableRandom(round * 10_000L + i);
            Thread.ofPlatform()
                    .daemon()
                    .start(() -> {
                        try {
                            load(reader, random, times, meter.startNanos());
                        } catch (Exception | Error e) {
                            failure.compareAndSet(null, e);
                        } finally {
                            running.countDown();
                        }
                    });
        }
        if (!running.await((long) options.seconds + MAX_OVERTIME_SECONDS, TimeUnit.SECONDS)) {
            throw new Contest.StuckException("loads are stuck for " + MAX_OVERTIME_SECONDS + " s");
        }
        Latencies all = new Latencies();
        latencies.forEach(all::add);
        meter.recordLoads(all.count(), recorder);
        recorder.record(Metric.P50_MICROS, all.micros(50));
        recorder.record(Metric.P99_MICROS, all.micros(99));
        for (StreamReader reader : readers) {
            reader.close();
        }
        Throwable cause = failure.get();
        if (cause != null) {
            throw new IllegalStateException("a load failed: " + cause, cause);
        }
    }

    private void load(
            StreamReader reader, SplittableRandom random, Latencies times, long startNanos)
            throws Exception {
        Touch touch = new Touch();
        long durationNanos = (long) (options.seconds * 1e9);
        do {
            String stream = Workload.stream(random.nextInt(streamCount));
            long callNanos = System.nanoTime();
            loadOne(reader, stream, touch);
            times.add(System.nanoTime() - callNanos);
        } while (System.nanoTime() - startNanos < durationNanos);
        touched = touch.sum();
    }

    /** Loads a stream and checks that it is whole. */
    static void loadOne(StreamReader reader, String stream, Touch touch) throws Exception {
        int count = reader.load(stream, touch);
        if (count != Workload.EVENTS_PER_STREAM) {
            throw new IllegalStateException(
                    "'%s' gave %d events instead of %d"
                            .formatted(stream, count, Workload.EVENTS_PER_STREAM));
        }
    }

    /** What the last thread came to; means nothing. */
    long touched() {
        return touched;
    }
}
