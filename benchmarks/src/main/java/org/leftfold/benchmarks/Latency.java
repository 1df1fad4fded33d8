package org.leftfold.benchmarks;

import java.io.Closeable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.leftfold.benchmarks.stores.BenchStore;
import org.leftfold.benchmarks.stores.SampleEvent;

/**
 * W5: one caller appends at a steady pace, and a follower takes the time from the start of the
 * append to its handler. The time is in the payload.
 */
final class Latency {
    private static final int EVENTS_PER_SECOND = 200;
    private static final int MAX_WARM_UP_EVENTS = EVENTS_PER_SECOND;
    private static final long MAX_WAIT_SECONDS = 10;

    /** Where the time stands in a payload: a mark that is in no other, then 16 digits. */
    private static final int MARK_OFFSET = 12;

    private static final int MARK_BYTES = 2;
    private static final int TIME_BYTES = 16;

    private final Options options;
    private final Results results;
    private final int measuredEvents;
    private final int warmUpEvents;
    private int streams; // One for each turn.

    Latency(Options options, Results results) {
        this.options = options;
        this.results = results;
        this.measuredEvents = (int) Math.ceil(options.latencySeconds * EVENTS_PER_SECOND);
        this.warmUpEvents = Math.min(measuredEvents, MAX_WARM_UP_EVENTS);
    }

    void round(Contest contest, int round, Cell cell) {
        round(contest, round, cell, BenchStore::canFollow, BenchStore::follow);
    }

    /** The same, where nothing in this process tells the follower what was appended. */
    void roundElsewhere(Contest contest, int round, Cell cell) {
        round(contest, round, cell, BenchStore::canFollowElsewhere, BenchStore::followElsewhere);
    }

    /** How a store is followed. */
    private interface Following {
        Closeable follow(BenchStore store, Consumer<byte[]> handler) throws Exception;
    }

    private void round(
            Contest contest,
            int round,
            Cell cell,
            Predicate<BenchStore> isAble,
            Following following) {
        System.err.printf("round %d of %d: %s%n", round + 1, options.rounds, cell);
        contest.eachInTurn(
                round,
                (kind, store) -> {
                    if (isAble.test(store)) {
                        turn(
                                store,
                                following,
                                (metric, value) -> results.add(round, kind, cell, metric, value));
                    }
                });
    }

    private void turn(BenchStore store, Following way, Results.Recorder recorder) throws Exception {
        int eventCount = warmUpEvents + measuredEvents;
        Latencies appends = new Latencies();
        Latencies deliveries = new Latencies(); // follower's thread, then this one
        Semaphore delivered = new Semaphore(0);
        Follower follower = new Follower(deliveries, delivered);
        Closeable following = way.follow(store, follower::handle);
        try {
            append(store, "order-latency" + streams++, eventCount, appends);
            if (!delivered.tryAcquire(eventCount, MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "%d of %d events reached the handler"
                                .formatted(delivered.availablePermits(), eventCount));
            }
        } finally {
            following.close();
        }
        recorder.record(Metric.P50_MICROS, deliveries.micros(50));
        recorder.record(Metric.P99_MICROS, deliveries.micros(99));
        recorder.record(Metric.APPEND_P50_MICROS, appends.micros(50));
        recorder.record(Metric.APPEND_P99_MICROS, appends.micros(99));
    }

    private void append(BenchStore store, String stream, int eventCount, Latencies appends)
            throws Exception {
        long intervalNanos = 1_000_000_000L / EVENTS_PER_SECOND;
        long startNanos = System.nanoTime();
        for (int i = 0; i < eventCount; i++) {
            long waitNanos;
            while ((waitNanos = startNanos + i * intervalNanos - System.nanoTime()) > 0) {
                LockSupport.parkNanos(waitNanos);
            }
            SampleEvent sample = Workload.event(i);
            byte[] payload = sample.payload().clone();
            long callNanos = System.nanoTime();
            byte[] mark = "@T%016x".formatted(callNanos).getBytes(StandardCharsets.ISO_8859_1);
            System.arraycopy(mark, 0, payload, MARK_OFFSET, mark.length);
            store.append(stream, i, List.of(sample.withPayload(payload)));
            if (i >= warmUpEvents) {
                appends.add(System.nanoTime() - callNanos);
            }
        }
    }

    /** Counts marked events, and keeps the times of those behind the warm-up. */
    private final class Follower {
        private final Latencies latencies;
        private final Semaphore delivered;
        private int count; // follower's thread only

        Follower(Latencies latencies, Semaphore delivered) {
            this.latencies = latencies;
            this.delivered = delivered;
        }

        void handle(byte[] payload) {
            long nowNanos = System.nanoTime();
            int mark = mark(payload);
            if (mark < 0) {
                return;
            }
            if (count++ >= warmUpEvents) {
                latencies.add(nowNanos - callNanos(payload, mark + MARK_BYTES));
            }
            delivered.release();
        }

        /** Where the mark is; a store may have changed the order of the fields. */
        private static int mark(byte[] payload) {
            for (int i = MARK_OFFSET; i < payload.length - MARK_BYTES; i++) {
                if (payload[i] == '@' && payload[i + 1] == 'T') {
                    return i;
                }
            }
            return -1;
        }

        private static long callNanos(byte[] payload, int offset) {
            long nanos = 0;
            for (int i = offset; i < offset + TIME_BYTES; i++) {
                nanos = (nanos << 4) | Character.digit(payload[i], 16);
            }
            return nanos;
        }
    }
}
