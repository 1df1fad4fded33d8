package org.leftfold.framework.projection;

import java.time.Duration;
import org.leftfold.api.InvalidRequestException;

/**
 * What becomes of an event that a projection fails on. First it is tried again; then it is parked,
 * left out, or the projection stops. That the store of the views cannot be reached is no failure of
 * the event: it is tried until it works. Immutable.
 *
 * @param retries how often an event is tried again, 0 to {@value #MAX_RETRIES}
 * @param pause how long to wait before it is tried the first time again, twice as long each further
 *     time; at most {@link #MAX_PAUSE}
 * @param then what happens when the last attempt has failed
 */
public record ErrorPolicy(int retries, Duration pause, Then then) {
    /** Most retries: the other events of a part wait meanwhile. */
    public static final int MAX_RETRIES = 20;

    /** Longest pause between two attempts. */
    public static final Duration MAX_PAUSE = Duration.ofMinutes(1);

    /** What happens to an event that failed each time. */
    public enum Then {
        /** It is put aside, and later events of its key wait for it; all others take effect. */
        PARK,
        /** It is left out; that is recorded. */
        SKIP,
        /** The projection stops in front of it. */
        STOP
    }

    /** Three attempts more within a second, then parked. */
    public static final ErrorPolicy DEFAULT = new ErrorPolicy(3, Duration.ofMillis(100), Then.PARK);

    /**
     * Checks the numbers.
     *
     * @throws InvalidRequestException if one is out of its range (LF-1003)
     */
    public ErrorPolicy {
        if (retries < 0 || retries > MAX_RETRIES) {
            throw InvalidRequestException.number(
                    "number of retries", retries, "it must be 0 to " + MAX_RETRIES);
        }
        if (pause.isNegative() || pause.compareTo(MAX_PAUSE) > 0) {
            throw InvalidRequestException.number(
                    "pause in milliseconds", pause.toMillis(), "it must be 0 to " + MAX_PAUSE);
        }
    }

    /** Retries with a pause of 100 ms at first, then parks. */
    public static ErrorPolicy retry(int times) {
        return new ErrorPolicy(times, DEFAULT.pause, Then.PARK);
    }

    /** The same with another pause. */
    public ErrorPolicy pausing(Duration first) {
        return new ErrorPolicy(retries, first, then);
    }

    /** The same, and then parks the event and what comes after it under its key. */
    public ErrorPolicy thenPark() {
        return new ErrorPolicy(retries, pause, Then.PARK);
    }

    /** The same, and then leaves the event out. */
    public ErrorPolicy thenSkip() {
        return new ErrorPolicy(retries, pause, Then.SKIP);
    }

    /** The same, and then stops. */
    public ErrorPolicy thenStop() {
        return new ErrorPolicy(retries, pause, Then.STOP);
    }

    /** How long to wait before attempt {@code attempt} + 1, from 1. */
    Duration pauseAfter(int attempt) {
        Duration longer = pause.multipliedBy(1L << Math.min(attempt - 1, 30));
        return longer.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : longer;
    }
}
