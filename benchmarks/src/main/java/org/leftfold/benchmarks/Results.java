package org.leftfold.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import org.leftfold.benchmarks.stores.StoreKind;

/** All measurements of a run. For one thread. */
final class Results {
    private final List<Measurement> measurements = new ArrayList<>();

    private record Measurement(
            int round, StoreKind store, Cell cell, Metric metric, double value) {}

    /** Where the measurements of one turn go. */
    @FunctionalInterface
    interface Recorder {
        void record(Metric metric, double value);
    }

    void add(int round, StoreKind store, Cell cell, Metric metric, double value) {
        measurements.add(new Measurement(round, store, cell, metric, value));
    }

    /** Forgets all about a store that failed. */
    void drop(StoreKind store) {
        measurements.removeIf(measurement -> measurement.store() == store);
    }

    /** What was measured, in the order of the first measurements. */
    Collection<Cell> cells() {
        Set<Cell> cells = new LinkedHashSet<>();
        measurements.forEach(measurement -> cells.add(measurement.cell()));
        return cells;
    }

    Optional<Summary> summary(StoreKind store, Cell cell, Metric metric) {
        return Summary.of(byRound(store, cell, metric).values());
    }

    /** The quotients of what a store reached and what another reached in the same round. */
    Optional<Summary> ratioTo(StoreKind other, StoreKind store, Cell cell, Metric metric) {
        return combined(
                byRound(store, cell, metric),
                byRound(other, cell, metric),
                (value, others) -> value / others);
    }

    /** The same, compared with the yardstick. */
    Optional<Summary> ratioToRaw(StoreKind store, Cell cell, Metric metric) {
        return ratioTo(StoreKind.RAW, store, cell, metric);
    }

    /** The same between any two cells and metrics of a store. */
    Optional<Summary> ratio(
            StoreKind store, Cell cell, Metric metric, Cell otherCell, Metric otherMetric) {
        return combined(
                byRound(store, cell, metric),
                byRound(store, otherCell, otherMetric),
                (value, other) -> value / other);
    }

    /** How much larger one metric of a store was than another in the same round. */
    Optional<Summary> difference(StoreKind store, Cell cell, Metric larger, Metric smaller) {
        return combined(
                byRound(store, cell, larger),
                byRound(store, cell, smaller),
                (left, right) -> left - right);
    }

    private static Optional<Summary> combined(
            Map<Integer, Double> left, Map<Integer, Double> right, DoubleBinaryOperator operator) {
        List<Double> values = new ArrayList<>();
        left.forEach((round, value) -> {
            Double other = right.get(round);
            if (other != null) {
                values.add(operator.applyAsDouble(value, other));
            }
        });
        return Summary.of(values);
    }

    private Map<Integer, Double> byRound(StoreKind store, Cell cell, Metric metric) {
        Map<Integer, Double> values = new TreeMap<>();
        for (Measurement measurement : measurements) {
            if (measurement.store() == store
                    && measurement.cell().equals(cell)
                    && measurement.metric() == metric) {
                values.put(measurement.round(), measurement.value());
            }
        }
        return values;
    }

    /** All measurements, one a line, under a line of names. */
    List<String> toCsv() {
        List<String> lines = new ArrayList<>();
        lines.add("round,store,workload,parameter,metric,value");
        for (Measurement measurement : measurements) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "%d,%s,%s,%s,%s,%.6g",
                            measurement.round(),
                            measurement.store().label(),
                            measurement.cell().workload(),
                            quoted(measurement.cell().parameter()),
                            measurement.metric().label(),
                            measurement.value()));
        }
        return lines;
    }

    private static String quoted(String value) {
        return value.indexOf(',') < 0 ? value : '"' + value + '"';
    }
}
