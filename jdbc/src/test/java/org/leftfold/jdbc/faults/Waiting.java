package org.leftfold.jdbc.faults;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for facts that nobody announces. */
final class Waiting {
    /** Far above what any step takes on a busy machine. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private Waiting() {}

    /** Waits until something is true. */
    static void until(String what, BooleanSupplier fact) {
        until(what, PATIENCE, fact);
    }

    /** Waits until something is true, and fails if that takes too long. */
    static void until(String what, Duration longest, BooleanSupplier fact) {
        CountDownLatch never = new CountDownLatch(1);
        long end = System.nanoTime() + longest.toNanos();
        while (!fact.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + longest + ": " + what);
            }
            try {
                if (never.await(1, TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("nobody opens this latch");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for: " + what, e);
            }
        }
    }
}
