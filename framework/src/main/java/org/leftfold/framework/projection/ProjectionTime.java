package org.leftfold.framework.projection;

import java.time.Instant;

/** The time by which projections measure rates and date what they park; no result depends on it. */
interface ProjectionTime {
    /** Nanoseconds that only ever pass. */
    long nanos();

    /** What the clock says. */
    Instant now();
}
