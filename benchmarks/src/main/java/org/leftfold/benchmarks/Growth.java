package org.leftfold.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.leftfold.benchmarks.stores.StoreKind;
import org.leftfold.benchmarks.stores.Zeroing;

/**
 * What becomes of Leftfold when it holds ten times as much: two of its stores in turn, with reads,
 * loads and openings first, and then appends to the streams that were loaded.
 */
final class Growth {
    static final int FACTOR = 10;
    private static final int CALLERS = 64;

    /**
     * A figure of both stores.
     *
     * @param cell in the smaller store, without its size
     */
    record Figure(Cell cell, Metric metric) {
        static final List<Figure> ALL =
                List.of(
                        new Figure(Cell.w1(CALLERS), Metric.EVENTS_PER_SECOND),
                        new Figure(Cell.w3(1), Metric.P50_MICROS),
                        new Figure(Cell.w3(8), Metric.LOADS_PER_SECOND),
                        new Figure(Cell.w4(), Metric.EVENTS_PER_SECOND),
                        new Figure(Cell.w6(), Metric.OPEN_MILLIS),
                        new Figure(Cell.w6(), Metric.HEAP_IN_USE_MEBIBYTES),
                        new Figure(Cell.w6(), Metric.DISK_BYTES_PER_EVENT));
    }

    private final Options options;
    private final Results results;
    private final List<Place> places = new ArrayList<>();

    /** One of the stores, and what is done with it. */
    private record Place(
            long eventCount, Contest contest, Scan scan, Loads loads, Openings openings) {}

    Growth(Options options, Results results) {
        this.options = options;
        this.results = results;
    }

    /**
     * Measures both stores, which are made beside {@code directory} and deleted.
     *
     * @return whether all pages could be dropped
     */
    boolean run(Path directory, Map<StoreKind, Throwable> failures) throws IOException {
        long small = options.eventCount;
        try (Contest first = open(directory, small, failures);
                Contest second = open(directory, small * FACTOR, failures)) {
            add(small, first);
            add(small * FACTOR, second);
            places.forEach(place -> place.scan.load(place.contest));
            for (int round = 0; round < options.rounds; round++) {
                for (Place place : places) {
                    read(place, round);
                }
            }
            append();
        }
        return places.stream().allMatch(place -> place.openings.pagesAreDropped());
    }

    private Contest open(Path directory, long eventCount, Map<StoreKind, Throwable> failures)
            throws IOException {
        Path place = directory.resolveSibling(directory.getFileName() + "-" + eventCount);
        return new Contest(
                place,
                Set.of(StoreKind.LEFTFOLD),
                Contest.Opener.embedded(Zeroing.USUAL),
                results,
                failures);
    }

    private void add(long eventCount, Contest contest) {
        places.add(
                new Place(
                        eventCount,
                        contest,
                        new Scan(options, results, eventCount),
                        new Loads(options, results, eventCount),
                        new Openings(options, results, eventCount)));
    }

    private void read(Place place, int round) throws IOException {
        long size = place.eventCount;
        // the round before dropped the pages, and a turn does not touch all of a large store
        PageCache.fill(place.contest.place(StoreKind.LEFTFOLD));
        place.scan.round(place.contest, round, Cell.w4().at(size));
        // nor has the store that was opened since mapped what it has not touched
        place.loads.warmUp(place.contest);
        for (int threads : Loads.THREADS) {
            place.loads.round(place.contest, round, Cell.w3(threads).at(size), threads);
        }
        place.openings.round(place.contest, round, Cell.w6().at(size), Cell.w3Cold().at(size));
    }

    /** At the end, for it changes the stores. The first round is for the compiler. */
    private void append() {
        List<Writes> writes = new ArrayList<>();
        for (Place place : places) {
            int streams = Workload.streamCount(place.eventCount);
            var loaded = new Writes.Streams(0, streams, Workload.EVENTS_PER_STREAM);
            writes.add(new Writes(options, results, loaded));
        }
        for (int round = -1; round < options.rounds; round++) {
            for (int i = 0; i < places.size(); i++) {
                Place place = places.get(i);
                Cell cell = Cell.w1(CALLERS).at(place.eventCount);
                int at = round;
                System.err.printf("round %d of %d: %s%n", round + 1, options.rounds, cell);
                writes.get(i)
                        .turn(
                                place.contest,
                                round,
                                CALLERS,
                                Writes.PLAIN,
                                kind ->
                                        (metric, value) -> {
                                            if (at >= 0) {
                                                results.add(at, kind, cell, metric, value);
                                            }
                                        });
            }
        }
    }
}
