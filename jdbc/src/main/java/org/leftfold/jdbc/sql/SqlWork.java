package org.leftfold.jdbc.sql;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Something done on a connection.
 *
 * @param <T> what it gives
 */
@FunctionalInterface
public interface SqlWork<T extends @Nullable Object> {
    /** Does it. */
    T on(Connection connection) throws SQLException;
}
