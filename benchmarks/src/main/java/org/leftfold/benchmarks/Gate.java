package org.leftfold.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.leftfold.benchmarks.stores.StoreKind;

/**
 * A target of the engine that a build may insist on.
 *
 * @param what the target in words
 * @param cell where it is measured
 * @param value what is measured, from the results of a run
 * @param bound the worst value that passes
 * @param isUpperBound whether larger is worse
 */
record Gate(
        String what,
        Cell cell,
        Function<Results, Optional<Summary>> value,
        double bound,
        boolean isUpperBound) {

    /** The targets of docs/benchmarks.md, as far as this command measures them. */
    static final List<Gate> ALL =
            List.of(
                    atMost("p50 to raw", Cell.w1(1), Metric.P50_MICROS, 1.25),
                    atLeast("events/s to raw", Cell.w1(8), Metric.EVENTS_PER_SECOND, 0.80),
                    atLeast("events/s to raw", Cell.w1(64), Metric.EVENTS_PER_SECOND, 0.75),
                    atMost("p99 to raw", Cell.w1(64), Metric.P99_MICROS, 3),
                    atMost("CPU an event to raw", Cell.w1(64), Metric.CPU_MICROS_PER_EVENT, 2),
                    atLeast("events/s to raw", Cell.w1(256), Metric.EVENTS_PER_SECOND, 0.75),
                    atLeast("events/s to raw", Cell.w2(8), Metric.EVENTS_PER_SECOND, 0.80),
                    atLeast("events/s to raw", Cell.w4(), Metric.EVENTS_PER_SECOND, 0.70),
                    new Gate(
                            "p50 to the handler minus p50 of the append, us",
                            Cell.w5(),
                            results ->
                                    results.difference(
                                            StoreKind.LEFTFOLD,
                                            Cell.w5(),
                                            Metric.P50_MICROS,
                                            Metric.APPEND_P50_MICROS),
                            200,
                            true));

    private static Gate atMost(String what, Cell cell, Metric metric, double bound) {
        return new Gate(what, cell, ratio(cell, metric), bound, true);
    }

    private static Gate atLeast(String what, Cell cell, Metric metric, double bound) {
        return new Gate(what, cell, ratio(cell, metric), bound, false);
    }

    private static Function<Results, Optional<Summary>> ratio(Cell cell, Metric metric) {
        return results -> results.ratioToRaw(StoreKind.LEFTFOLD, cell, metric);
    }

    /** How it went, as one line for people. */
    String line(Results results) {
        return value.apply(results)
                .map(summary ->
                        String.format(
                                Locale.ROOT,
                                "%s  %s: %s %.2f [%.2f to %.2f], %s %.2f",
                                passes(summary) ? "pass" : "MISS",
                                cell,
                                what,
                                summary.median(),
                                summary.min(),
                                summary.max(),
                                isUpperBound ? "at most" : "at least",
                                bound))
                .orElse("none  %s: %s was not measured".formatted(cell, what));
    }

    /** Whether it was measured and missed. */
    boolean isMissed(Results results) {
        return value.apply(results).map(summary -> !passes(summary)).orElse(false);
    }

    private boolean passes(Summary summary) {
        return isUpperBound ? summary.median() <= bound : summary.median() >= bound;
    }
}
