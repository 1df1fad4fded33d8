package org.leftfold.jdbc.sql;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waiting and elapsed time by the system, of which no result depends. */
public final class SystemTime {
    private SystemTime() {}

    /** Nanoseconds since some moment. */
    public static long nanos() {
        return System.nanoTime();
    }

    /** Waits about so long; may return early. */
    public static void pause(Duration duration) {
        LockSupport.parkNanos(duration.toNanos());
    }
}
