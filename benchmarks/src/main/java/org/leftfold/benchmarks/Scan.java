package org.leftfold.benchmarks;

import java.util.Arrays;
import java.util.Iterator;
import org.leftfold.benchmarks.stores.BenchStore;
import org.leftfold.benchmarks.stores.PlacedEvent;
import org.leftfold.benchmarks.stores.StreamReader;
import org.leftfold.benchmarks.stores.Touch;

/**
 * W4: one thread reads the whole store in order and makes every field of every event. First the
 * store is loaded, and read once with each event compared with what was appended.
 */
final class Scan {
    private final Options options;
    private final long eventCount;

    /** With one, the compiler was still at work in the first rounds, for one store or another. */
    private static final int WARM_UP_SCANS = 3;

    /** Of a store that cannot be read as a whole. */
    private static final int VERIFIED_STREAMS = 1000;

    private final Results results;
    private volatile long touched; // written after each scan, so that none can be left out

    Scan(Options options, Results results, long eventCount) {
        this.options = options;
        this.eventCount = eventCount;
        this.results = results;
    }

    /** Loads all stores, checks what they hold, and reads them a few times to warm up. */
    void load(Contest contest) {
        contest.eachInTurn(
                0,
                (kind, store) -> {
                    long startNanos = System.nanoTime();
                    store.load(Workload.interleaved(eventCount));
                    double loadSeconds = (System.nanoTime() - startNanos) / 1e9;
                    store.settle();
                    if (store.canReplay()) {
                        verify(store);
                        for (int i = 0; i < WARM_UP_SCANS; i++) {
                            scan(store);
                        }
                    } else {
                        verifyStreams(store);
                    }
                    System.err.printf(
                            "%s holds %,d events as they were appended; loaded in %.1f s%n",
                            kind.label(), eventCount, loadSeconds);
                });
    }

    /** Some streams from all over the store. */
    private void verifyStreams(BenchStore store) throws Exception {
        int streamCount = Workload.streamCount(eventCount);
        int step = Math.max(1, streamCount / VERIFIED_STREAMS);
        Touch touch = new Touch();
        try (StreamReader reader = store.openReader()) {
            for (int i = 0; i < streamCount; i += step) {
                Loads.loadOne(reader, Workload.stream(i), touch);
            }
        }
        touched = touch.sum();
    }

    private void verify(BenchStore store) throws Exception {
        Iterator<PlacedEvent> expected = Workload.interleaved(eventCount).iterator();
        long[] last = {-1, 0}; // position, count
        store.replay((position, stream, version, type, payload, metadata) -> {
            PlacedEvent event = expected.next();
            boolean isSame =
                    position > last[0]
                            && stream.equals(event.stream())
                            && version == event.version()
                            && type.equals(event.event().type())
                            && Arrays.equals(payload, store.givenBack(event.event().payload()))
                            && Arrays.equals(metadata, store.givenBack(event.event().metadata()));
            if (!isSame) {
                throw new IllegalStateException("wrong event at position " + position);
            }
            last[0] = position;
            last[1]++;
        });
        checkCount(last[1]);
    }

    private long scan(BenchStore store) throws Exception {
        Touch touch = new Touch();
        long count = store.scan(touch);
        touched = touch.sum();
        checkCount(count);
        return count;
    }

    private void checkCount(long count) {
        if (count != eventCount) {
            throw new IllegalStateException(
                    "%d events instead of %d were read".formatted(count, eventCount));
        }
    }

    void round(Contest contest, int round, Cell cell) {
        System.err.printf("round %d of %d: %s%n", round + 1, options.rounds, cell);
        contest.eachInTurn(
                round,
                (kind, store) -> {
                    if (!store.canReplay()) {
                        return;
                    }
                    Meter meter = new Meter();
                    long count = scan(store);
                    meter.record(
                            count,
                            (metric, value) -> results.add(round, kind, cell, metric, value));
                });
    }

    /** What the last scan came to; means nothing. */
    long touched() {
        return touched;
    }
}
