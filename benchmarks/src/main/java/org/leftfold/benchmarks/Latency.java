package org.leftfold.benchmarks;

import java.io.Closeable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.leftfold.benchmarks.stores.BenchStore;
import org.leftfold.benchmarks.stores.SampleEvent;
import org.leftfold.benchmarks.stores.StoreKind;

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

    private static final int TIME_OFFSET = MARK_OFFSET + 2;
    private static final int TIME_BYTES = 16;

    private final Options options;
    private final Results results;
    private final int measuredEvents;
    private final int warmUpEvents;

    Latency(Options options, Results results) {
        this.options = options;
        this.results = results;
        this.measuredEvents = (int) Math.ceil(options.latencySeconds * EVENTS_PER_SECOND);
        this.warmUpEvents = Math.min(measuredEvents, MAX_WARM_UP_EVENTS);
    }

    void round(Contest contest, int round) {
        System.err.printf("round %d of %d: %s%n", round + 1, options.rounds, Cell.w5());
        contest.eachInTurn(
                round,
                (kind, store) -> {
                    if (store.canFollow()) {
                        turn(round, kind, store);
                    }
                });
    }

    private void turn(int round, StoreKind kind, BenchStore store) throws Exception {
        int eventCount = warmUpEvents + measuredEvents;
        Latencies appends = new Latencies();
        Latencies deliveries = new Latencies(); // follower's thread, then this one
        Semaphore delivered = new Semaphore(0);
        Follower follower = new Follower(deliveries, delivered);
        Closeable following = store.follow(follower::handle);
        try {
            append(store, "latency-" + round, eventCount, appends);
            if (!delivered.tryAcquire(eventCount, MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "%d of %d events reached the handler"
                                .formatted(delivered.availablePermits(), eventCount));
            }
        } finally {
            following.close();
        }
        Results.Recorder recorder =
                (metric, value) -> results.add(round, kind, Cell.w5(), metric, value);
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
            if (payload[MARK_OFFSET] != '@' || payload[MARK_OFFSET + 1] != 'T') {
                return;
            }
            if (count++ >= warmUpEvents) {
                latencies.add(nowNanos - callNanos(payload));
            }
            delivered.release();
        }

        private static long callNanos(byte[] payload) {
            long nanos = 0;
            for (int i = TIME_OFFSET; i < TIME_OFFSET + TIME_BYTES; i++) {
                nanos = (nanos << 4) | Character.digit(payload[i], 16);
            }
            return nanos;
        }
    }
}
