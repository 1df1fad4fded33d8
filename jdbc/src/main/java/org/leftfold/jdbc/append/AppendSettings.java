package org.leftfold.jdbc.append;

import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.leftfold.jdbc.event.StoredRow;

/**
 * How appends are made.
 *
 * @param clock gives the times of recording; null for the database's own
 * @param trusting whether settings of the server that lose data are accepted
 */
public record AppendSettings(@Nullable InstantSource clock, boolean trusting) {
    /** What the clock says, in microseconds since 1970; null for the database's own. */
    public @Nullable Long clockMicros() {
        return clock == null ? null : StoredRow.micros(clock.instant());
    }
}
