package org.leftfold.jdbc.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.OutcomeUnknownException;

/** A database with tables of Leftfold, of whatever kind. Safe for any thread. */
public class AnyDatabase {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    private final DataSource source;
    private final AnyDialect dialect;
    private final Tables tables;
    private final Duration patience;
    private volatile boolean closing; // written by close, read by all

    /**
     * A database.
     *
     * @param patience how long a call that can be repeated waits for a database that does not
     *     answer
     */
    public AnyDatabase(DataSource source, AnyDialect dialect, Tables tables, Duration patience) {
        this.source = source;
        this.dialect = dialect;
        this.tables = tables;
        this.patience = patience;
    }

    /** How the database is spoken to. */
    public AnyDialect dialect() {
        return dialect;
    }

    /** The names of the tables. */
    public Tables tables() {
        return tables;
    }

    /** The store, for messages. */
    public String where() {
        return "'%s*' on %s".formatted(tables.prefix(), dialect.name());
    }

    /** A statement with the full names of the tables. */
    public String sql(String template) {
        return tables.sql(template);
    }

    /** From here on nobody waits for a database that does not answer. */
    public void beginClose() {
        closing = true;
    }

    /**
     * Reads something, in a transaction of each statement; waits for a database that does not
     * answer.
     *
     * @throws LeftfoldException if it cannot be read
     */
    public <T extends @Nullable Object> T read(SqlWork<T> work) {
        return repeated(commit -> alone(work));
    }

    /**
     * Tries to read something, once: whoever needs it then reads it again, and waits.
     *
     * @throws LeftfoldException if it cannot be read
     */
    public <T extends @Nullable Object> T tryToRead(SqlWork<T> work) {
        try {
            return alone(work);
        } catch (SQLException e) {
            throw translate(e);
        }
    }

    /**
     * Changes something that may safely be changed twice, in one transaction; waits for a database
     * that does not answer.
     *
     * @throws OutcomeUnknownException if the answer to a commit was lost, and none came since
     * @throws LeftfoldException if it cannot be done
     */
    public <T extends @Nullable Object> T change(SqlWork<T> work) {
        return repeated(commit -> together(work, commit));
    }

    private interface Attempt<T extends @Nullable Object> {
        T make(Commit commit) throws SQLException;
    }

    /** Whether an attempt has sent its commit. */
    private static final class Commit {
        private boolean sent;
    }

    private <T extends @Nullable Object> T repeated(Attempt<T> attempt) {
        Waiting waiting = new Waiting();
        boolean inDoubt = false;
        while (true) {
            Commit commit = new Commit();
            try {
                return attempt.make(commit);
            } catch (SQLException e) {
                Failure failure = dialect.failure(e);
                inDoubt |= commit.sent && failure == Failure.CONNECTION;
                boolean mayPass = failure == Failure.CONNECTION || failure == Failure.RETRY;
                if (!mayPass || !waiting.again()) {
                    throw inDoubt ? new OutcomeUnknownException(0, e) : translate(e);
                }
            }
        }
    }

    /** Counts how long a call has waited for its database. For one thread. */
    public final class Waiting {
        private final long began = SystemTime.nanos();
        private Duration pause = FIRST_PAUSE;

        /** Waits a moment; false if it has waited long enough, or the store is being closed. */
        public boolean again() {
            if (closing || SystemTime.nanos() - began > patience.toNanos()) {
                return false;
            }
            SystemTime.pause(pause);
            Duration twice = pause.multipliedBy(2);
            pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
            return true;
        }
    }

    private <T extends @Nullable Object> T alone(SqlWork<T> work) throws SQLException {
        try (Connection connection = source.getConnection()) {
            boolean before = connection.getAutoCommit();
            if (!before) {
                connection.setAutoCommit(true);
            }
            T result = work.on(connection);
            if (!before) {
                connection.setAutoCommit(false);
            }
            return result;
        }
    }

    /** Lets a transaction on a connection see what others committed; gives what sets it back. */
    List<String> prepare(Connection connection) throws SQLException {
        return dialect.readCommitted(connection);
    }

    private <T extends @Nullable Object> T together(SqlWork<T> work, Commit commit)
            throws SQLException {
        try (Connection connection = source.getConnection()) {
            boolean before = connection.getAutoCommit();
            connection.setAutoCommit(true); // a setting must not begin a transaction
            List<String> back = prepare(connection);
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection);
                commit.sent = true;
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(connection, e);
                throw e;
            } finally {
                setBack(connection, back, before);
            }
        }
    }

    /** Sets a connection back to what it was; one that is broken is left to its pool. */
    private static void setBack(Connection connection, List<String> back, boolean autoCommit) {
        try {
            connection.setAutoCommit(true);
            AnyDialect.setBack(connection, back);
            connection.setAutoCommit(autoCommit);
        } catch (SQLException e) {
            // what was asked for is done or has failed already; whoever takes it next finds out
        }
    }

    /**
     * Rolls back after an error, which stays the one that counts. Where that fails the connection
     * is ended, since a setting that comes later could else commit what is half done.
     */
    public static void rollBack(Connection connection, Throwable why) {
        try {
            if (!connection.getAutoCommit()) { // else there is nothing to roll back
                connection.rollback();
            }
        } catch (SQLException e) {
            why.addSuppressed(e);
            abort(connection, why);
        }
    }

    /** Ends a connection itself, so that its pool makes a new one, after an error that counts. */
    public static void abort(Connection connection, Throwable why) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }

    /** A connection, which the caller closes. */
    public Connection connect() throws SQLException {
        return source.getConnection();
    }

    /** What an error means to whoever asked. */
    public LeftfoldException translate(SQLException error) {
        return SqlErrors.translate(dialect, where(), error);
    }

    /** One number, or 0 where there is none. */
    public long number(Connection connection, String template) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql(template));
                ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}
