package org.leftfold.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.leftfold.benchmarks.stores.StoreKind;

/**
 * A target that a build may insist on, and the goal behind it.
 *
 * @param what the target in words
 * @param cell where it is measured
 * @param value what is measured, from the results of a run
 * @param bound the worst value that passes; NaN where there is only a goal
 * @param isUpperBound whether larger is worse
 * @param goal what is hoped for; NaN for nothing. Nothing insists on it
 */
record Gate(
        String what,
        Cell cell,
        Function<Results, Optional<Summary>> value,
        double bound,
        boolean isUpperBound,
        double goal) {

    private static final double NONE = Double.NaN;

    /** Most milliseconds until a store is open, however much it holds. */
    private static final double MAX_OPEN_MILLIS = 100;

    /** Most microseconds of a warm load among {@link Workload#STREAM_COUNT} streams. */
    private static final double MAX_LOAD_MICROS = 25;

    /** The targets of docs/benchmarks.md that every run measures which has their workloads. */
    private static final List<Gate> OF_WORKLOADS =
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
                            true,
                            NONE),
                    atMost(
                            "p50 to one cold read of a block",
                            Cell.w3Cold(),
                            within(Cell.w3Cold(), Metric.P50_MICROS, Metric.COLD_READ_MICROS),
                            20),
                    atMost(
                            "until it is open, ms",
                            Cell.w6(),
                            value(Cell.w6(), Metric.OPEN_MILLIS),
                            MAX_OPEN_MILLIS),
                    atMost(
                            "files to name, type, payload and metadata",
                            Cell.w6(),
                            value(Cell.w6(), Metric.DISK_TO_CONTENT),
                            1.20));

    /** The targets of a run over stores of this size. */
    static List<Gate> of(Options options) {
        List<Gate> gates = new ArrayList<>();
        if (options.growth) {
            addGrowth(gates, options.eventCount);
            return gates;
        }
        gates.addAll(OF_WORKLOADS);
        boolean isUsual = Workload.streamCount(options.eventCount) <= Workload.STREAM_COUNT;
        gates.add(
                atMost(
                        "p50, us",
                        Cell.w3(1),
                        value(Cell.w3(1), Metric.P50_MICROS),
                        isUsual ? MAX_LOAD_MICROS : 2 * MAX_LOAD_MICROS));
        double heapMebibytes = 64 + 48.0 * Workload.streamCount(options.eventCount) / (1 << 20);
        gates.add(
                atMost(
                        "heap in use, MiB",
                        Cell.w6(),
                        value(Cell.w6(), Metric.HEAP_IN_USE_MEBIBYTES),
                        heapMebibytes));
        List<Long> sizes = Claims.sizes(options.eventCount);
        for (long size : sizes) {
            Cell cell = Cell.w7(size);
            gates.add(
                    atLeast(
                            "events/s to those without a condition",
                            cell,
                            within(cell, Metric.EVENTS_PER_SECOND, Metric.PLAIN_EVENTS_PER_SECOND),
                            0.5));
        }
        if (sizes.size() > 1) {
            gates.add(
                    atLeast(
                            "events/s to those in the smallest store",
                            Cell.w7(sizes.getLast()),
                            between(
                                    Cell.w7(sizes.getLast()),
                                    Cell.w7(sizes.getFirst()),
                                    Metric.EVENTS_PER_SECOND),
                            0.7));
        }
        return gates;
    }

    private static void addGrowth(List<Gate> gates, long small) {
        for (Growth.Figure figure : Growth.Figure.ALL) {
            Cell cell = figure.cell().at(small * Growth.FACTOR);
            var grown = between(cell, figure.cell().at(small), figure.metric());
            switch (figure.metric()) {
                case EVENTS_PER_SECOND ->
                        gates.add(atLeast("events/s to the smaller store", cell, grown, 0.7));
                case P50_MICROS -> gates.add(atMost("p50 to the smaller store", cell, grown, 1.3));
                case OPEN_MILLIS ->
                        gates.add(
                                atMost(
                                        "until it is open, ms",
                                        cell,
                                        value(cell, Metric.OPEN_MILLIS),
                                        MAX_OPEN_MILLIS));
                default -> {}
            }
        }
    }

    private static Gate atMost(
            String what, Cell cell, Function<Results, Optional<Summary>> value, double bound) {
        return new Gate(what, cell, value, bound, true, NONE);
    }

    private static Gate atLeast(
            String what, Cell cell, Function<Results, Optional<Summary>> value, double bound) {
        return new Gate(what, cell, value, bound, false, NONE);
    }

    private static Function<Results, Optional<Summary>> value(Cell cell, Metric metric) {
        return results -> results.summary(StoreKind.LEFTFOLD, cell, metric);
    }

    private static Function<Results, Optional<Summary>> within(
            Cell cell, Metric metric, Metric other) {
        return results -> results.ratio(StoreKind.LEFTFOLD, cell, metric, cell, other);
    }

    private static Function<Results, Optional<Summary>> between(
            Cell cell, Cell other, Metric metric) {
        return results -> results.ratio(StoreKind.LEFTFOLD, cell, metric, other, metric);
    }

    private static Gate atMost(String what, Cell cell, Metric metric, double bound) {
        return new Gate(what, cell, ratio(cell, metric), bound, true, NONE);
    }

    private static Gate atLeast(String what, Cell cell, Metric metric, double bound) {
        return new Gate(what, cell, ratio(cell, metric), bound, false, NONE);
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
                                "%s  %s: %s %s [%s to %s]%s%s",
                                outcome(summary),
                                cell,
                                what,
                                figure(summary.median()),
                                figure(summary.min()),
                                figure(summary.max()),
                                bound(", ", bound),
                                goal(summary)))
                .orElse("none  %s: %s was not measured".formatted(cell, what));
    }

    /** Whether it was measured and missed. */
    boolean isMissed(Results results) {
        return value.apply(results).map(summary -> !passes(summary)).orElse(false);
    }

    private String outcome(Summary summary) {
        return Double.isNaN(bound) ? "goal" : passes(summary) ? "pass" : "MISS";
    }

    private String bound(String before, double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        String side = isUpperBound ? "at most" : "at least";
        return before + side + " " + figure(value);
    }

    private static String figure(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 0.1 ? "%.3f" : "%.2f", value);
    }

    private String goal(Summary summary) {
        String not = reaches(summary, goal) ? "" : "not ";
        return Double.isNaN(goal) ? "" : bound("; goal ", goal) + " " + not + "reached";
    }

    private boolean passes(Summary summary) {
        return Double.isNaN(bound) || reaches(summary, bound);
    }

    private boolean reaches(Summary summary, double value) {
        return isUpperBound ? summary.median() <= value : summary.median() >= value;
    }
}
