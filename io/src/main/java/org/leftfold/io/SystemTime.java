package org.leftfold.io;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The clocks of the system. */
final class SystemTime implements TimeSource {
    @Override
    public long wallMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }
}
