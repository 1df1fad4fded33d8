package org.leftfold.engine.crash;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.TestReporter;
import org.leftfold.engine.crash.Violation.Kind;

/**
 * What a goal's run counted, as one line of JSON. A violation is counted, and the first one is
 * thrown at the end. Safe for any thread.
 */
final class Tally {
    private final String goal;
    private final long seed;
    final LongAdder runs = new LongAdder();
    final LongAdder faults = new LongAdder();
    final LongAdder acked = new LongAdder();
    private final Map<Kind, LongAdder> violations = new ConcurrentHashMap<>();
    private final AtomicReference<Throwable> first = new AtomicReference<>();

    Tally(String goal, long seed) {
        this.goal = goal;
        this.seed = seed;
    }

    /** A check that names where it looks. */
    @FunctionalInterface
    interface Check {
        void run();
    }

    /** Runs a check and counts its violation, if any. */
    void count(String where, Check check) {
        runs.increment();
        try {
            check.run();
        } catch (RuntimeException | AssertionError e) {
            Kind kind = e instanceof Violation violation ? violation.kind() : Kind.WRONG;
            violations.computeIfAbsent(kind, key -> new LongAdder()).increment();
            first.compareAndSet(null, new AssertionError(where + ": " + e, e));
        }
    }

    private long violationsOf(Kind kind) {
        LongAdder adder = violations.get(kind);
        return adder == null ? 0 : adder.sum();
    }

    /** Whether nothing was found so far. */
    boolean isGood() {
        return first.get() == null;
    }

    /** Publishes the line, and throws the first violation. */
    void finish(TestReporter reporter) {
        reporter.publishEntry(
                goal,
                ("{\"goal\":\"%s\",\"runs\":%d,\"faults\":%d,\"acked\":%d,\"lost\":%d,\"phantom\":%d,"
                                + "\"torn\":%d,\"wrong\":%d,\"hang\":0,\"skipped\":0,\"seed\":%d}")
                        .formatted(
                                goal,
                                runs.sum(),
                                faults.sum(),
                                acked.sum(),
                                violationsOf(Kind.LOST),
                                violationsOf(Kind.PHANTOM),
                                violationsOf(Kind.TORN),
                                violationsOf(Kind.WRONG),
                                seed));
        throwFirst();
    }

    /** Throws the first violation, if there is one. */
    void throwFirst() {
        if (first.get() instanceof AssertionError error) {
            throw error;
        }
    }
}
