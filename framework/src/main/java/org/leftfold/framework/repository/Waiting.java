package org.leftfold.framework.repository;

import java.time.Duration;

/** Waits between attempts. Tests give one that does not. */
@FunctionalInterface
public interface Waiting {
    /**
     * Waits for a random time of at most {@code longest}. Ends early when the thread is
     * interrupted, and leaves it so.
     */
    void pause(Duration longest);

    /** Really waits. */
    static Waiting system() {
        return SystemClock.INSTANCE;
    }
}
