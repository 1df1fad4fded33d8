package org.leftfold.benchmarks;

import java.util.Collection;
import java.util.Optional;

/** Median and range over the rounds. */
record Summary(double median, double min, double max) {
    /** The summary of these values; empty if there is none. */
    static Optional<Summary> of(Collection<Double> values) {
        if (values.isEmpty()) {
            return Optional.empty();
        }
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return Optional.of(new Summary(median, sorted[0], sorted[sorted.length - 1]));
    }
}
