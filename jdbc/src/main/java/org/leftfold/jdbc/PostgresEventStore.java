package org.leftfold.jdbc;

import javax.sql.DataSource;
import org.leftfold.jdbc.sql.PostgresDialect;

/** The event store on PostgreSQL. */
public final class PostgresEventStore {
    private PostgresEventStore() {}

    /**
     * Opens a store with {@link JdbcOptions#defaults()}; see {@link #open(DataSource,
     * JdbcOptions)}.
     */
    public static JdbcEventStore open(DataSource source) {
        return open(source, JdbcOptions.defaults());
    }

    /**
     * Opens the store in a PostgreSQL database, from version 13 on, making its tables if they are
     * missing. Any number of processes may have it open.
     *
     * @param source gives connections, best from a pool with 4 or more; it stays the caller's
     * @throws org.leftfold.api.StoreUnavailableException if the database does not answer (LF-3009)
     *     or the role lacks rights (LF-3011)
     * @throws org.leftfold.api.IncompatibleStoreException if the tables are missing and may not be
     *     made (LF-5003), or are of another version (LF-5001)
     */
    public static JdbcEventStore open(DataSource source, JdbcOptions options) {
        return JdbcEventStore.open(source, new PostgresDialect(), options);
    }
}
