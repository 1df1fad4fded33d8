package org.leftfold.benchmarks;

/** What is measured in a cell. */
enum Metric {
    /** Events in a second. */
    EVENTS_PER_SECOND("events_per_second"),
    /** Median latency of an append or a load, or from append to handler. */
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
    APPEND_P99_MICROS("append_p99_micros"),
    /** Streams of 20 events in a second. */
    LOADS_PER_SECOND("loads_per_second"),
    /** Processor time of the whole process. */
    CPU_MICROS_PER_LOAD("cpu_micros_per_load"),
    /** One block from the disk. */
    COLD_READ_MICROS("cold_read_micros"),
    /** Until a store is open. */
    OPEN_MILLIS("open_millis"),
    /** From the beginning of the opening until a stream was read. */
    FIRST_READ_MILLIS("first_read_millis"),
    /** What a store that was just opened has on the heap. */
    HEAP_OPENED_MEBIBYTES("heap_opened_mebibytes"),
    /** What a store that was read from has on the heap. */
    HEAP_IN_USE_MEBIBYTES("heap_in_use_mebibytes"),
    /** All files, without space that was only prepared. */
    DISK_BYTES_PER_EVENT("disk_bytes_per_event"),
    /** The same to the bytes of name, type, payload and metadata. */
    DISK_TO_CONTENT("disk_to_content"),
    /** Space that was only prepared. */
    UNUSED_MEBIBYTES("unused_mebibytes"),
    /** The rate of appends without a condition beside those with one. */
    PLAIN_EVENTS_PER_SECOND("plain_events_per_second");

    private final String label;

    Metric(String label) {
        this.label = label;
    }

    /** The name in the file of all measurements. */
    String label() {
        return label;
    }
}
