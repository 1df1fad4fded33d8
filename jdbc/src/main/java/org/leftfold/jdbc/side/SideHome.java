package org.leftfold.jdbc.side;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.leftfold.jdbc.event.StoredRow;
import org.leftfold.jdbc.sql.Database;

/**
 * What the stores beside the log have in common.
 *
 * @param database where their tables are
 * @param clock what time it is; null for the database's own clock
 * @param requireOpen throws when the store is closed
 */
public record SideHome(Database database, @Nullable InstantSource clock, Runnable requireOpen) {
    void checkOpen() {
        requireOpen.run();
    }

    /** The time in microseconds since 1970, of the moment of this call. */
    long nowMicros(Connection connection) throws SQLException {
        return clock == null
                ? database.number(connection, "select " + database.dialect().nowMicros())
                : StoredRow.micros(clock.instant());
    }
}
