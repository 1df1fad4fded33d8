package org.leftfold.benchmarks;

import org.HdrHistogram.Histogram;

/** A histogram of times. Each instance is for one thread at a time. */
final class Latencies {
    private static final long MIN_NANOS = 128;
    private static final long MAX_NANOS = 60_000_000_000L;
    private static final int SIGNIFICANT_DIGITS = 3;

    private final Histogram histogram = new Histogram(MIN_NANOS, MAX_NANOS, SIGNIFICANT_DIGITS);

    void add(long nanos) {
        histogram.recordValue(Math.clamp(nanos, 0, MAX_NANOS));
    }

    void add(Latencies others) {
        histogram.add(others.histogram);
    }

    void clear() {
        histogram.reset();
    }

    long count() {
        return histogram.getTotalCount();
    }

    double micros(double percentile) {
        return histogram.getValueAtPercentile(percentile) / 1e3;
    }
}
