package org.leftfold.api;

import java.util.List;

/**
 * What a verification found.
 *
 * @param events events that were checked and found right
 * @param streams streams that they belong to
 * @param problems what is wrong, in the order of its place; empty when all is well
 */
public record VerificationReport(long events, long streams, List<Problem> problems) {
    /**
     * One thing that is wrong.
     *
     * @param file the file, or the table
     * @param offset byte offset in the file, or -1 where that means nothing
     * @param text what is wrong
     */
    public record Problem(String file, long offset, String text) {
        @Override
        public String toString() {
            return offset < 0
                    ? "%s: %s".formatted(file, text)
                    : "%s at offset %d: %s".formatted(file, offset, text);
        }
    }

    /** Copies the list. */
    public VerificationReport {
        problems = List.copyOf(problems);
    }

    /** Whether nothing is wrong. */
    public boolean isClean() {
        return problems.isEmpty();
    }
}
