package org.leftfold.framework.repository;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Time and chance of the system, of which no result depends. */
final class SystemClock implements Waiting {
    static final SystemClock INSTANCE = new SystemClock();

    private SystemClock() {}

    @Override
    public void pause(Duration longest) {
        long nanos = longest.toNanos();
        if (nanos > 0) {
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(nanos / 2, nanos + 1));
        }
    }

    long nanos() {
        return System.nanoTime();
    }
}
