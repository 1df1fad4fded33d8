package org.leftfold.testkit.disk;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.leftfold.io.TimeSource;

/**
 * Clocks that move only when a test says so. The wall clock may be set forward and back; the
 * monotonic clock is moved by {@link #advance} alone. Safe for any thread.
 */
public final class ManualTime implements TimeSource, InstantSource {
    private final AtomicLong wallMicros = new AtomicLong();
    private final AtomicLong monotonicNanos = new AtomicLong();
    private final AtomicLong stepMicros = new AtomicLong();

    /** Begins at 2026-01-01T00:00Z, and at 0 of the monotonic clock. */
    public ManualTime() {
        this(Instant.parse("2026-01-01T00:00:00Z"));
    }

    /** Begins at {@code start}, cut to microseconds, and at 0 of the monotonic clock. */
    public ManualTime(Instant start) {
        setWall(start);
    }

    /** Time goes by, on both clocks. */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time does not go by backwards; use setWall");
        }
        wallMicros.addAndGet(duration.toNanos() / 1_000);
        monotonicNanos.addAndGet(duration.toNanos());
    }

    /** Sets the wall clock, forward or back; the monotonic clock stands still. */
    public void setWall(Instant instant) {
        wallMicros.set(ChronoUnit.MICROS.between(Instant.EPOCH, instant));
    }

    /**
     * Lets both clocks advance by themselves each time the wall clock is read; {@link
     * Duration#ZERO} freezes them.
     */
    public void stepPerReading(Duration step) {
        stepMicros.set(step.toNanos() / 1_000);
    }

    @Override
    public long wallMicros() {
        long step = stepMicros.get();
        monotonicNanos.addAndGet(step * 1_000);
        return wallMicros.addAndGet(step);
    }

    @Override
    public long monotonicNanos() {
        return monotonicNanos.get();
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plus(wallMicros(), ChronoUnit.MICROS);
    }
}
