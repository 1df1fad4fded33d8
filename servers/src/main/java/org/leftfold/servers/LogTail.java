package org.leftfold.servers;

import java.util.ArrayDeque;
import java.util.Deque;

/** The last lines that a server wrote. Thread-safe. */
final class LogTail {
    /** Enough for a failed start with all its notes, and for the error that a test looks for. */
    private static final int LINES = 500;

    private final Deque<String> lines = new ArrayDeque<>();

    synchronized void add(String line) {
        if (lines.size() == LINES) {
            lines.removeFirst();
        }
        lines.addLast(line);
    }

    synchronized String text() {
        return String.join("\n", lines);
    }
}
