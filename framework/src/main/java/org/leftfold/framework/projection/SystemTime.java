package org.leftfold.framework.projection;

import java.time.Instant;

/** The time of the system. */
final class SystemTime implements ProjectionTime {
    static final SystemTime INSTANCE = new SystemTime();

    private SystemTime() {}

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Instant now() {
        return Instant.now();
    }
}
