package org.leftfold.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.leftfold.benchmarks.stores.StoreKind;

/**
 * W1 again and again while another session of each store's database has a snapshot open, as a
 * running dump has: a store that updates the same rows leaves versions behind which nobody may
 * remove, and becomes slower by the minute.
 */
final class Snapshots {
    private static final String BEFORE = "before";
    private static final String AFTER = "after";

    private final Options options;
    private final Results results;
    private final PrintStream out;
    private final List<String> moments = new ArrayList<>();

    Snapshots(Options options, Results results, PrintStream out) {
        this.options = options;
        this.results = results;
        this.out = out;
    }

    /** Measures and prints. */
    void run(Contest contest) throws IOException {
        Writes writes = new Writes(options, results);
        writes.warmUp(contest);
        Set<StoreKind> stores = EnumSet.copyOf(contest.kinds());
        round(contest, writes, BEFORE);
        List<Closeable> snapshots = new ArrayList<>();
        try {
            contest.eachInTurn(0, (kind, store) -> snapshots.add(store.openSnapshot()));
            long startNanos = System.nanoTime();
            double minutes = 0;
            while (minutes < options.snapshotMinutes) {
                round(contest, writes, String.format(Locale.ROOT, "minute %.1f", minutes));
                minutes = (System.nanoTime() - startNanos) / 60e9;
            }
        } finally {
            for (Closeable snapshot : snapshots) {
                snapshot.close();
            }
        }
        round(contest, writes, AFTER);
        for (int callers : options.callers) {
            print(stores, callers);
        }
    }

    private void round(Contest contest, Writes writes, String moment) {
        moments.add(moment);
        int round = moments.size() - 1;
        for (int callers : options.callers) {
            Cell cell = cell(callers, moment);
            System.err.println("open snapshot: " + cell);
            writes.turn(
                    contest,
                    round,
                    callers,
                    Writes.PLAIN,
                    kind -> (metric, value) -> results.add(0, kind, cell, metric, value));
        }
    }

    private static Cell cell(int callers, String moment) {
        return Cell.w1(callers).beside("snapshot, " + moment);
    }

    private void print(Set<StoreKind> stores, int callers) {
        out.println();
        out.println(
                Cell.w1(callers)
                        + ", events/s while a snapshot is open, and the ratio to the round before"
                        + " it:");
        out.printf("  %-12s", "");
        stores.forEach(store -> out.printf("%22s", store.label()));
        out.println();
        for (String moment : moments) {
            out.printf("  %-12s", moment);
            for (StoreKind store : stores) {
                out.printf("%22s", rate(store, callers, moment));
            }
            out.println();
        }
    }

    private String rate(StoreKind store, int callers, String moment) {
        Cell cell = cell(callers, moment);
        Cell before = cell(callers, BEFORE);
        Metric metric = Metric.EVENTS_PER_SECOND;
        return results.summary(store, cell, metric)
                .map(rate ->
                        String.format(
                                Locale.ROOT,
                                "%,.0f (%.2f)",
                                rate.median(),
                                results.ratio(store, cell, metric, before, metric)
                                        .map(Summary::median)
                                        .orElse(Double.NaN)))
                .orElse("-");
    }
}
