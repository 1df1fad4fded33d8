package org.leftfold.benchmarks;

/**
 * One thing that all stores do in turn.
 *
 * @param workload its number
 * @param parameter how many callers, or empty
 */
record Cell(Options.WorkloadKind workload, String parameter) {
    static Cell w1(int callers) {
        return new Cell(Options.WorkloadKind.W1, callers(callers));
    }

    static Cell w2(int callers) {
        return new Cell(Options.WorkloadKind.W2, callers(callers));
    }

    static Cell w4() {
        return new Cell(Options.WorkloadKind.W4, "");
    }

    static Cell w5() {
        return new Cell(Options.WorkloadKind.W5, "");
    }

    private static String callers(int count) {
        return count == 1 ? "1 caller" : count + " callers";
    }

    @Override
    public String toString() {
        return parameter.isEmpty() ? workload.name() : workload + ", " + parameter;
    }
}
