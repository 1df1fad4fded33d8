package org.leftfold.benchmarks;

/** What is measured in a cell. */
enum Metric {
    /** Events in a second. */
    EVENTS_PER_SECOND("events_per_second"),
    /** Median latency of an append, or from append to handler. */
    P50_MICROS("p50_micros"),
    /** 99th percentile of the same. */
    P99_MICROS("p99_micros"),
    /** Processor time of the whole process. */
    CPU_MICROS_PER_EVENT("cpu_micros_per_event"),
    /** Size of the groups, where a store tells. */
    APPENDS_PER_COMMIT("appends_per_commit"),
    /** Median latency of the append alone, beside that from append to handler. */
    APPEND_P50_MICROS("append_p50_micros"),
    /** 99th percentile of the same. */
    APPEND_P99_MICROS("append_p99_micros");

    private final String label;

    Metric(String label) {
        this.label = label;
    }

    /** The name in the file of all measurements. */
    String label() {
        return label;
    }
}
