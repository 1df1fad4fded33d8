package org.leftfold.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.leftfold.benchmarks.stores.StoreKind;

/**
 * W7: W1 where each append holds only if no event in the whole store has its claim, in stores of
 * several sizes. Each turn with conditions follows a turn without in the same store.
 *
 * <p>The small stores are made anew for each turn, for appends would make them large.
 */
final class Claims {
    static final int CALLERS = 64;
    private static final long SMALL = 1_000;
    private static final long MIDDLE = 100_000;
    private static final long LARGE = 5_000_000;
    private static final int WARM_UP_ROUND = -1;

    private final Options options;
    private final Results results;
    private final Path place;
    private final Map<StoreKind, Throwable> failures;
    private final Set<StoreKind> stores;
    private final Contest.Opener opener;
    private final AtomicLong nextClaim = new AtomicLong(LARGE); // above those that were loaded

    /** Of these stores, which all know conditions. */
    Claims(
            Options options,
            Results results,
            Path place,
            Map<StoreKind, Throwable> failures,
            Set<StoreKind> stores,
            Contest.Opener opener) {
        this.stores = stores;
        this.opener = opener;
        this.options = options;
        this.results = results;
        this.place = place;
        this.failures = failures;
    }

    /**
     * How many events the stores begin with, rising, of which the last are at most {@code most}.
     */
    static List<Long> sizes(long most) {
        return LongStream.of(SMALL, MIDDLE, LARGE)
                .map(size -> Math.min(size, most))
                .distinct()
                .boxed()
                .toList();
    }

    void run() throws IOException {
        List<Long> sizes = new ArrayList<>(sizes(options.eventCount));
        long largest = sizes.removeLast();
        System.err.println("warm-up of claims");
        try (Contest warm = load(SMALL)) {
            turn(warm, WARM_UP_ROUND, SMALL, writes(SMALL));
        }
        try (Contest large = load(largest)) {
            Writes writes = writes(largest);
            for (int round = 0; round < options.rounds; round++) {
                for (long size : sizes) {
                    try (Contest contest = load(size)) {
                        turn(contest, round, size, writes(size));
                    }
                }
                turn(large, round, largest, writes);
            }
        }
    }

    private Contest load(long size) throws IOException {
        Contest contest =
                new Contest(
                        place.resolveSibling(place.getFileName() + "-" + size),
                        stores,
                        opener,
                        results,
                        failures);
        contest.eachInTurn(0, (kind, store) -> store.loadClaimed(Workload.interleaved(size)));
        return contest;
    }

    /** To streams behind those that were loaded. */
    private Writes writes(long size) {
        return new Writes(
                options,
                results,
                new Writes.Streams(Workload.streamCount(size), Workload.STREAM_COUNT, 0));
    }

    private void turn(Contest contest, int round, long size, Writes writes) {
        Cell cell = Cell.w7(size);
        System.err.printf("round %d of %d: %s%n", round + 1, options.rounds, cell);
        writes.turn(
                contest,
                round,
                CALLERS,
                Writes.PLAIN,
                kind ->
                        (metric, value) -> {
                            if (round >= 0 && metric == Metric.EVENTS_PER_SECOND) {
                                results.add(
                                        round, kind, cell, Metric.PLAIN_EVENTS_PER_SECOND, value);
                            }
                        });
        writes.turn(
                contest,
                round,
                CALLERS,
                (store, stream, version, events) ->
                        store.appendClaimed(
                                stream, version, events.getFirst(), nextClaim.getAndIncrement()),
                kind ->
                        (metric, value) -> {
                            if (round >= 0) {
                                results.add(round, kind, cell, metric, value);
                            }
                        });
    }
}
