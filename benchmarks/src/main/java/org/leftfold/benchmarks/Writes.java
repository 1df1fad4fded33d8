package org.leftfold.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.leftfold.benchmarks.stores.BenchStore;
import org.leftfold.benchmarks.stores.SampleEvent;
import org.leftfold.benchmarks.stores.StoreKind;

/**
 * W1 and W2: durable appends with an expected version, each caller in a closed loop. Every caller
 * has streams of its own and takes one of them at random, so that no append conflicts.
 */
final class Writes {
    static final int EVENTS_PER_LARGE_APPEND = 100;

    /** Large appends are measured up to here: more callers only queue for the disk. */
    static final int MAX_LARGE_CALLERS = 8;

    /** How much longer than planned a turn may take before its store counts as stuck. */
    private static final long MAX_OVERTIME_SECONDS = 60;

    /** An append with an expected version and no more. */
    static final Appending PLAIN = BenchStore::append;

    private static final int WARM_UP_TURNS = 2;
    private static final int WARM_UP_ROUND = -1;

    private final Options options;
    private final Results results;
    private final Streams streams;
    private final Map<StoreKind, long[]> versions = new EnumMap<>(StoreKind.class);
    private final List<Latencies> latencies = new ArrayList<>(); // one per caller, used again

    /** One append to a stream of this version. */
    @FunctionalInterface
    interface Appending {
        void append(BenchStore store, String stream, long version, List<SampleEvent> events)
                throws Exception;
    }

    /**
     * The streams that are appended to.
     *
     * @param first the number of the first one
     * @param version of all of them at the start
     */
    record Streams(int first, int count, long version) {}

    /**
     * Who appends what in one turn.
     *
     * @param seed of the choice of streams
     */
    private record Shape(
            int callers, int eventsPerAppend, double seconds, long seed, Appending appending) {}

    /** Appends to new streams. */
    Writes(Options options, Results results) {
        this(options, results, new Streams(0, Workload.STREAM_COUNT, 0));
    }

    Writes(Options options, Results results, Streams streams) {
        this.options = options;
        this.results = results;
        this.streams = streams;
    }

    void run(Contest contest) {
        warmUp(contest);
        for (int round = 0; round < options.rounds; round++) {
            if (options.has(Options.WorkloadKind.W1)) {
                for (int callers : options.callers) {
                    round(contest, round, Cell.w1(callers), callers, 1);
                }
            }
            if (options.has(Options.WorkloadKind.W2)) {
                for (int callers : options.callers) {
                    if (callers <= MAX_LARGE_CALLERS) {
                        round(contest, round, Cell.w2(callers), callers, EVENTS_PER_LARGE_APPEND);
                    }
                }
            }
        }
    }

    /**
     * As many callers as will be measured, then large appends, for so long that the stores also do
     * a few times what they do only now and then, such as writing out a table: a compiler that
     * meets such code for the first time takes a whole core for a second.
     */
    void warmUp(Contest contest) {
        System.err.println("warm-up of appends");
        double seconds = WARM_UP_TURNS * options.seconds;
        int most = Collections.max(options.callers);
        Shape small = new Shape(most, 1, seconds, WARM_UP_ROUND, PLAIN);
        Shape large =
                new Shape(
                        Math.min(most, MAX_LARGE_CALLERS),
                        EVENTS_PER_LARGE_APPEND,
                        seconds,
                        WARM_UP_ROUND,
                        PLAIN);
        Results.Recorder nowhere = (metric, value) -> {};
        contest.eachInTurn(
                0,
                (kind, store) -> {
                    turn(kind, store, small, nowhere);
                    turn(kind, store, large, nowhere);
                });
    }

    /** Lets all stores take a turn of single appends. */
    void turn(
            Contest contest,
            int round,
            int callers,
            Appending appending,
            Function<StoreKind, Results.Recorder> recorders) {
        Shape shape = new Shape(callers, 1, options.seconds, round, appending);
        contest.eachInTurn(round, (kind, store) -> turn(kind, store, shape, recorders.apply(kind)));
    }

    private void round(Contest contest, int round, Cell cell, int callers, int eventsPerAppend) {
        System.err.printf("round %d of %d: %s%n", round + 1, options.rounds, cell);
        Shape shape = new Shape(callers, eventsPerAppend, options.seconds, round, PLAIN);
        contest.eachInTurn(
                round,
                (kind, store) ->
                        turn(
                                kind,
                                store,
                                shape,
                                (metric, value) -> results.add(round, kind, cell, metric, value)));
    }

    private void turn(StoreKind kind, BenchStore store, Shape shape, Results.Recorder recorder)
            throws Exception {
        long[] streamVersions =
                versions.computeIfAbsent(
                        kind,
                        k ->
                                LongStream.generate(streams::version)
                                        .limit(streams.count())
                                        .toArray());
        while (latencies.size() < shape.callers()) {
            latencies.add(new Latencies());
        }
        List<Latencies> used = latencies.subList(0, shape.callers());
        used.forEach(Latencies::clear);
        store.appendsPerCommit(); // Forgets what came before.
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        CountDownLatch running = new CountDownLatch(shape.callers());
        Meter meter = new Meter();
        for (int i = 0; i < shape.callers(); i++) {
            Caller caller =
                    new Caller(
                            store,
                            streamVersions,
                            streams.first(),
                            shape,
                            i,
                            used.get(i),
                            meter.startNanos());
            Runnable job =
                    () -> {
                        try {
                            caller.run(failure);
                        } catch (Exception | Error e) {
                            failure.compareAndSet(null, e);
                        } finally {
                            running.countDown();
                        }
                    };
            if (store.parksCallers()) {
                Thread.startVirtualThread(job);
            } else {
                Thread.ofPlatform().daemon().start(job);
            }
        }
        long maxSeconds = (long) shape.seconds() + MAX_OVERTIME_SECONDS;
        if (!running.await(maxSeconds, TimeUnit.SECONDS)) {
            throw new Contest.StuckException(
                    "appends are stuck for " + MAX_OVERTIME_SECONDS + " s");
        }
        Throwable cause = failure.get();
        if (cause != null) {
            throw new IllegalStateException("an append failed: " + cause, cause);
        }
        record(store, shape, used, meter, recorder);
    }

    private static void record(
            BenchStore store,
            Shape shape,
            List<Latencies> used,
            Meter meter,
            Results.Recorder recorder) {
        long appendCount = used.stream().mapToLong(Latencies::count).sum();
        meter.record(appendCount * shape.eventsPerAppend(), recorder);
        Latencies all = new Latencies();
        used.forEach(all::add);
        recorder.record(Metric.P50_MICROS, all.micros(50));
        recorder.record(Metric.P99_MICROS, all.micros(99));
        store.appendsPerCommit()
                .ifPresent(value -> recorder.record(Metric.APPENDS_PER_COMMIT, value));
    }

    /** One closed loop: its streams are those whose number leaves {@code index} as remainder. */
    private record Caller(
            BenchStore store,
            @SuppressWarnings("ArrayRecordComponent") long[] versions,
            int firstStream,
            Shape shape,
            int index,
            Latencies latencies,
            long startNanos) {

        void run(AtomicReference<@Nullable Throwable> failure) throws Exception {
            SplittableRandom random = new SplittableRandom(shape.seed() * 10_000 + index);
            int callers = shape.callers();
            int eventsPerAppend = shape.eventsPerAppend();
            long durationNanos = (long) (shape.seconds() * 1e9);
            long number = index * 7919L;
            List<SampleEvent> events = new ArrayList<>(eventsPerAppend);
            while (System.nanoTime() - startNanos < durationNanos && failure.get() == null) {
                int stream = random.nextInt(versions.length / callers) * callers + index;
                String name = Workload.stream(firstStream + stream);
                events.clear();
                for (int i = 0; i < eventsPerAppend; i++) {
                    events.add(Workload.event(number++));
                }
                long callNanos = System.nanoTime();
                shape.appending().append(store, name, versions[stream], events);
                latencies.add(System.nanoTime() - callNanos);
                versions[stream] += eventsPerAppend;
            }
        }
    }
}
