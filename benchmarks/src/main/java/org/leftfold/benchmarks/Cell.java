package org.leftfold.benchmarks;

import java.util.Locale;

/**
 * One thing that all stores do in turn.
 *
 * @param workload its number
 * @param parameter how many callers and the like, or empty
 */
record Cell(Options.WorkloadKind workload, String parameter) {
    /** Of {@link #shared}. */
    static final int SHARED_CALLERS = 64;

    static Cell w1(int callers) {
        return new Cell(Options.WorkloadKind.W1, callers(callers));
    }

    static Cell w2(int callers) {
        return new Cell(Options.WorkloadKind.W2, callers(callers));
    }

    /** Streams that were loaded before. */
    static Cell w3(int threads) {
        return new Cell(Options.WorkloadKind.W3, threads == 1 ? "1 thread" : threads + " threads");
    }

    static Cell w3Cold() {
        return new Cell(Options.WorkloadKind.W3, "cold");
    }

    static Cell w4() {
        return new Cell(Options.WorkloadKind.W4, "");
    }

    static Cell w5() {
        return new Cell(Options.WorkloadKind.W5, "");
    }

    /** Where the handler is. */
    static Cell w5(String where) {
        return new Cell(Options.WorkloadKind.W5, where);
    }

    /** Bytes on disk, of stores that are not opened again. */
    static Cell disk() {
        return new Cell(Options.WorkloadKind.W6, "disk");
    }

    static Cell w6() {
        return new Cell(Options.WorkloadKind.W6, "");
    }

    static Cell w7(long eventCount) {
        return new Cell(Options.WorkloadKind.W7, events(eventCount));
    }

    /** By one of so many stores on the same tables. */
    static Cell shared(int stores) {
        return w1(SHARED_CALLERS).beside(stores == 1 ? "1 store" : stores + " stores");
    }

    /** The same beside something else. */
    Cell beside(String what) {
        return new Cell(workload, parameter + ", " + what);
    }

    /** The same in a store of this size, where sizes are compared. */
    Cell at(long eventCount) {
        String events = events(eventCount);
        return new Cell(workload, parameter.isEmpty() ? events : parameter + ", " + events);
    }

    private static String events(long count) {
        return String.format(Locale.ROOT, "%,d events", count);
    }

    private static String callers(int count) {
        return count == 1 ? "1 caller" : count + " callers";
    }

    @Override
    public String toString() {
        return parameter.isEmpty() ? workload.name() : workload + ", " + parameter;
    }
}
