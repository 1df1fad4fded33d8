package org.leftfold.jdbc;

import java.time.Duration;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.jdbc.sql.Tables;

/** How a view store is opened. Immutable; each method gives a changed copy. */
public final class JdbcViewOptions {
    /** Also how long an instance waits for another one that changes the same part of a view. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    private static final JdbcViewOptions DEFAULTS =
            new JdbcViewOptions(new Tables("leftfold_"), DEFAULT_TIMEOUT, true);

    private final Tables tables;
    private final Duration timeout;
    private final boolean createsTables;

    private JdbcViewOptions(Tables tables, Duration timeout, boolean createsTables) {
        this.tables = tables;
        this.timeout = timeout;
        this.createsTables = createsTables;
    }

    /**
     * Tables named {@code leftfold_view_...}, made when they are missing, and {@link
     * #DEFAULT_TIMEOUT}.
     */
    public static JdbcViewOptions defaults() {
        return DEFAULTS;
    }

    /**
     * The same with another beginning of the tables' names, so that several view stores fit into
     * one database.
     *
     * @throws InvalidRequestException if it is no plain lower-case name (LF-1001)
     */
    public JdbcViewOptions tablePrefix(String prefix) {
        return new JdbcViewOptions(new Tables(prefix), timeout, createsTables);
    }

    /**
     * The same with another limit for each statement of a transaction, waiting for locks included.
     * MariaDB counts the waiting in whole seconds, MySQL and H2 limit the waiting only.
     *
     * @throws InvalidRequestException if it is below a millisecond (LF-1003)
     */
    public JdbcViewOptions timeout(Duration longest) {
        if (longest.toMillis() < 1) {
            throw InvalidRequestException.number(
                    "view timeout in milliseconds", longest.toMillis(), "it must be at least 1");
        }
        return new JdbcViewOptions(tables, longest, createsTables);
    }

    /** The same, but missing tables are an error: somebody else runs the migrations. */
    public JdbcViewOptions withoutCreatingTables() {
        return new JdbcViewOptions(tables, timeout, false);
    }

    Tables tables() {
        return tables;
    }

    Duration timeout() {
        return timeout;
    }

    boolean createsTables() {
        return createsTables;
    }
}
