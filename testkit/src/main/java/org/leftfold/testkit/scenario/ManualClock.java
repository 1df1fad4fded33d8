package org.leftfold.testkit.scenario;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.leftfold.testkit.disk.ManualTime;

/**
 * A clock that moves only when a test says so, in microseconds as stores count them. It can be the
 * clock of a store too: {@code InMemoryEventStore.open(clock, AuditPolicy.none())}. Safe for any
 * thread.
 */
public final class ManualClock extends Clock {
    private final ManualTime time;
    private final ZoneId zone;

    private ManualClock(ManualTime time, ZoneId zone) {
        this.time = time;
        this.zone = zone;
    }

    /** Begins at 2026-01-01T00:00Z. */
    public ManualClock() {
        this(new ManualTime());
    }

    /** Begins at {@code start}. */
    public ManualClock(Instant start) {
        this(new ManualTime(start));
    }

    /** Shows the time of the simulated disk, so that both move together. */
    public ManualClock(ManualTime time) {
        this(time, ZoneOffset.UTC);
    }

    /**
     * Time goes by.
     *
     * @param duration not negative; use {@link #set} to go back
     */
    public void advance(Duration duration) {
        time.advance(duration);
    }

    /** Sets it, forward or back. */
    public void set(Instant instant) {
        time.setWall(instant);
    }

    @Override
    public Instant instant() {
        return time.instant();
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    /** The same clock, which moves with this one, in another zone. */
    @Override
    public ManualClock withZone(ZoneId other) {
        return new ManualClock(time, other);
    }
}
