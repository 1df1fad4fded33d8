package org.leftfold.io;

/** The two clocks of a machine. Safe for any thread. */
public interface TimeSource {
    /** Microseconds of the wall clock since 1970-01-01T00:00Z; may jump in either direction. */
    long wallMicros();

    /** Nanoseconds of a clock that never goes back; only differences mean anything. */
    long monotonicNanos();
}
