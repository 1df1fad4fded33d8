package org.leftfold.jdbc.viewstore;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.jdbc.sql.AnyDatabase;
import org.leftfold.jdbc.sql.AnyDialect;
import org.leftfold.jdbc.sql.Failure;

/**
 * Begins and ends the transactions of a view store. Nothing is repeated here: whoever keeps views
 * knows when to begin again. Safe for any thread.
 */
public final class ViewTransactions {
    /** A client that is gone must not keep others from its views. */
    private static final Duration IDLE = Duration.ofMinutes(1);

    private static final String ENDED =
            "the transaction was ended by its work, or by the database, whose error the work kept to"
                    + " itself: work must not commit by a statement, nor go on after a deadlock";

    private final AnyDatabase database;
    private final ViewRows rows;
    private final ParkedRows parked;
    private final Duration longest;

    /**
     * Transactions on a database whose tables are there.
     *
     * @param longest how long one statement may take, waiting for locks included
     */
    public ViewTransactions(AnyDatabase database, Duration longest) {
        this.database = database;
        this.rows = ViewRows.of(database);
        this.parked = new ParkedRows(database);
        this.longest = longest;
    }

    /** A connection with a transaction, and what sets it back. For one thread. */
    private record Begun(Connection connection, boolean autoCommit, List<String> back) {
        /** Gives the connection back; what was asked for is done or undone already. */
        void giveBack() {
            try (connection) {
                connection.setAutoCommit(true);
                AnyDialect.setBack(connection, back);
                connection.setAutoCommit(autoCommit);
            } catch (SQLException e) {
                // it is broken; whoever takes it next finds out
            }
        }
    }

    /** Does some work in a transaction, as {@link ViewStore#inTransaction} promises. */
    public <T, X extends Exception> T run(ViewStore.Work<T, X> work) throws X {
        Begun begun = begin();
        SqlViewTransaction transaction =
                new SqlViewTransaction(database, rows, parked, begun.connection());
        T given;
        try {
            given = work.in(transaction);
            transaction.finish();
            LeftfoldException failure = transaction.failure();
            if (failure != null) {
                throw failure;
            }
        } catch (Throwable e) { // whatever it is, nothing of it may stay
            LeftfoldException failure = undo(begun, transaction, e);
            if (failure == null || failure.equals(e)) {
                throw e;
            }
            if (!e.equals(failure.getCause())) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
        commit(begun, transaction);
        return given;
    }

    private Begun begin() {
        Connection connection;
        try {
            connection = database.connect();
        } catch (SQLException e) {
            throw database.translate(e);
        }
        boolean autoCommit = true;
        try {
            autoCommit = connection.getAutoCommit();
            if (!autoCommit) {
                connection.setAutoCommit(true); // a setting must not begin a transaction
            }
            List<String> back = database.dialect().begin(connection, longest, IDLE);
            return new Begun(connection, autoCommit, back);
        } catch (SQLException e) {
            AnyDatabase.abort(connection, e); // nobody knows how far its settings are
            new Begun(connection, autoCommit, List.of()).giveBack();
            throw database.translate(e);
        }
    }

    /** Undoes everything; gives the failure of the store, if it was one. */
    private @Nullable LeftfoldException undo(
            Begun begun, SqlViewTransaction transaction, Throwable why) {
        transaction.end();
        AnyDatabase.rollBack(begun.connection(), why);
        LeftfoldException failure = transaction.failure();
        if (failure == null && why instanceof Exception) {
            failure = failureBehind(begun.connection(), transaction.isLent(), why);
        }
        begun.giveBack();
        return failure;
    }

    /** A lost connection or transaction is the store's failure also where the work met it. */
    private @Nullable LeftfoldException failureBehind(
            Connection connection, boolean isLent, Throwable why) {
        SQLException error = why instanceof SQLException sql ? sql : null;
        Throwable at = why;
        for (int depth = 0; isLent && error == null && at != null && depth < 16; depth++) {
            error = at instanceof SQLException sql ? sql : null;
            at = at instanceof LeftfoldException ? null : at.getCause();
        }
        if (error == null) {
            return null;
        }
        Failure kind = database.dialect().failure(error);
        boolean lost =
                kind == Failure.RETRY
                        || (kind == Failure.CONNECTION
                                && (error.getSQLState() != null || isGone(connection)));
        return lost ? database.translate(error) : null;
    }

    /** Errors without a state may be anybody's. */
    private static boolean isGone(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    private void commit(Begun begun, SqlViewTransaction transaction) {
        transaction.end();
        boolean sent = false;
        try {
            transaction.requireBegun();
            sent = true;
            begun.connection().commit();
        } catch (SQLException e) {
            AnyDatabase.rollBack(begun.connection(), e);
            begun.giveBack();
            throw sent ? notCommitted(e) : notBegun(e);
        }
        begun.giveBack();
    }

    private RuntimeException notBegun(SQLException error) {
        Failure kind = database.dialect().failure(error);
        return kind == Failure.CONNECTION || kind == Failure.RETRY
                ? database.translate(error)
                : new IllegalStateException(ENDED, error);
    }

    /** Only a database that says why it has rolled back has certainly done so. */
    private LeftfoldException notCommitted(SQLException error) {
        String state = error.getSQLState() == null ? "" : error.getSQLState();
        boolean undone = state.startsWith("40") || state.startsWith("23") || state.equals("25P02");
        return undone
                ? database.translate(error)
                : OutcomeUnknownException.ofTransaction(database.where(), error);
    }
}
