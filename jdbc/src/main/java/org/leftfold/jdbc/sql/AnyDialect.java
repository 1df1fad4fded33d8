package org.leftfold.jdbc.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each kind of database does in its own way, also one that holds views only. Safe for any
 * thread.
 */
public abstract class AnyDialect {
    /** Its name, for people. */
    public abstract String name();

    /** The folder of its migrations, beside the classes of this module. */
    public abstract String folder();

    /** Sets a name, compared byte by byte. */
    public abstract void setName(PreparedStatement statement, int index, String name)
            throws SQLException;

    /** A name, or null. */
    public abstract @Nullable String name(ResultSet row, int column) throws SQLException;

    /**
     * Lets the transactions of a connection see what others committed.
     *
     * @return what sets the connection back, for {@link #setBack}
     */
    protected List<String> readCommitted(Connection connection) throws SQLException {
        int before = connection.getTransactionIsolation();
        if (before == Connection.TRANSACTION_READ_COMMITTED) {
            return List.of();
        }
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        return List.of(
                setIsolation()
                        + switch (before) {
                            case Connection.TRANSACTION_READ_UNCOMMITTED -> "read uncommitted";
                            case Connection.TRANSACTION_REPEATABLE_READ -> "repeatable read";
                            default -> "serializable";
                        });
    }

    /** The beginning of a statement that sets the isolation level of a session. */
    protected abstract String setIsolation();

    /** Executes what sets a connection back to what it was. */
    public static void setBack(Connection connection, List<String> statements) throws SQLException {
        if (!statements.isEmpty()) {
            try (Statement back = connection.createStatement()) {
                for (String statement : statements) {
                    back.execute(statement);
                }
            }
        }
    }

    /**
     * An insert of a row of which only the key is given, by question marks, unless it is there; one
     * that is there may be locked.
     */
    public abstract String ensureRow(String table, List<String> key);

    /** Whether an error of {@link #ensureRow} says that another transaction has made the row. */
    public boolean isThere(SQLException error) {
        return false;
    }

    /** The end of a query that gives at most as many rows as its question mark says. */
    public String atMost() {
        return " limit ?";
    }

    /** An insert of one row that overwrites {@code rest} if a row with this key is there. */
    public abstract String upsert(String table, List<String> key, List<String> rest);

    /**
     * Limits for the rest of a transaction how long each of its statements may take, waiting for
     * locks included, and how long it may do nothing before the database ends it.
     *
     * @return what sets the connection back when the transaction has ended; empty where its end
     *     does that
     */
    public abstract List<String> limitWaiting(
            Connection connection, Duration statement, Duration idle) throws SQLException;

    /**
     * Begins a transaction at READ COMMITTED on a connection with auto commit, with the limits of
     * {@link #limitWaiting}.
     *
     * @return what sets the connection back when the transaction has ended
     */
    public List<String> begin(Connection connection, Duration statement, Duration idle)
            throws SQLException {
        List<String> back = new ArrayList<>(readCommitted(connection));
        connection.setAutoCommit(false); // not before: it could not be changed then
        back.addAll(limitWaiting(connection, statement, idle));
        return back;
    }

    /** What an error means. */
    public abstract Failure failure(SQLException error);

    /** Splits a migration into statements that can be executed one by one. */
    public abstract List<String> statements(String migration);

    /** Question marks for some columns. */
    protected static String marks(int columns) {
        return "?" + ", ?".repeat(columns - 1);
    }

    /** The state of an error and of what caused it, as long as there is none. */
    protected static String state(SQLException error) {
        Throwable at = error;
        for (int depth = 0; at != null && depth < 8; depth++) {
            if (at instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
            at = at.getCause();
        }
        return "";
    }
}
