package org.leftfold.jdbc.view;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Checkpoint;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Dialect;
import org.leftfold.jdbc.sql.Failure;

/** One transaction in which a view is changed and its checkpoint moved. For one thread. */
final class ViewTransaction {
    /** A client that is gone must not keep other instances from the view. */
    private static final Duration IDLE = Duration.ofMinutes(1);

    private static final String ENDED =
            "the transaction of a view was ended by its handler, or by the database, whose error the"
                    + " handler kept to itself: a handler must not commit, roll back, close the"
                    + " connection, or go on after a deadlock";

    private final ViewCheckpoint place;
    private final Connection connection;
    private final boolean autoCommit;
    private final List<String> back;
    private @Nullable Savepoint begun;

    private ViewTransaction(
            ViewCheckpoint place, Connection connection, boolean autoCommit, List<String> back) {
        this.place = place;
        this.connection = connection;
        this.autoCommit = autoCommit;
        this.back = back;
    }

    /** The view is not where this instance left it: another one has moved it, or it was reset. */
    static final class Moved extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Moved() {
            super("another instance has moved the view");
        }
    }

    /**
     * Begins one, and holds the view until it ends.
     *
     * @param expected where the view has to be
     * @param longest how long one statement may take, waiting for other instances included
     * @throws Moved if it is elsewhere
     */
    static ViewTransaction begin(
            ViewCheckpoint place, @Nullable Checkpoint expected, Duration longest)
            throws SQLException {
        Connection connection = place.database().connect();
        boolean autoCommit = true;
        List<String> back = List.of();
        try {
            autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            back = place.database().dialect().limitWaiting(connection, longest, IDLE);
            if (!Objects.equals(place.lock(connection), expected)) {
                throw new Moved();
            }
            ViewTransaction transaction = new ViewTransaction(place, connection, autoCommit, back);
            transaction.begun = connection.setSavepoint();
            return transaction;
        } catch (SQLException | RuntimeException | Error e) {
            new ViewTransaction(place, connection, autoCommit, back).rollBack(e);
            throw e;
        }
    }

    Connection connection() {
        return connection;
    }

    /**
     * Commits what was done, with the checkpoint behind it.
     *
     * @throws IllegalStateException if the transaction was ended underneath, and nothing that came
     *     before in it is certain
     */
    void commit(@Nullable Checkpoint reached) throws SQLException {
        try {
            requireBegun();
            place.save(connection, reached);
            connection.commit();
        } catch (SQLException | RuntimeException | Error e) {
            rollBack(e);
            throw e;
        }
        giveBack();
    }

    /** A savepoint is gone when its transaction is, whoever ended it. */
    private void requireBegun() throws SQLException {
        try {
            connection.releaseSavepoint(begun);
        } catch (SQLException e) {
            Failure failure = place.database().dialect().failure(e);
            if (failure == Failure.CONNECTION || failure == Failure.RETRY) {
                throw e;
            }
            throw new IllegalStateException(ENDED, e);
        }
    }

    /**
     * Whoever closes a connection also ends its transaction, and can no longer be asked about it.
     */
    void requireOpen() throws SQLException {
        if (connection.isClosed()) {
            throw new IllegalStateException(ENDED);
        }
    }

    /** Undoes everything. */
    void rollBack(Throwable why) {
        Database.rollBack(connection, why);
        giveBack();
    }

    private void giveBack() {
        try (connection) {
            connection.setAutoCommit(true);
            Dialect.setBack(connection, back);
            connection.setAutoCommit(autoCommit);
        } catch (SQLException e) {
            // it is broken; whoever takes it next finds out
        }
    }
}
