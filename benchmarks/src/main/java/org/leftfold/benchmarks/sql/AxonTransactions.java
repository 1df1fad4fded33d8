package org.leftfold.benchmarks.sql;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.jdbc.ConnectionWrapperFactory;
import org.axonframework.common.jdbc.ConnectionWrapperFactory.ConnectionCloseHandler;
import org.axonframework.common.transaction.Transaction;
import org.axonframework.common.transaction.TransactionManager;
import org.jspecify.annotations.Nullable;

/**
 * Gives Axon its connections, and binds the one of an open transaction to its thread, as Spring's
 * transaction manager does. Safe for any thread.
 */
public final class AxonTransactions implements ConnectionProvider, TransactionManager {
    private static final ConnectionCloseHandler STAY_OPEN =
            new ConnectionCloseHandler() {
                @Override
                public void close(Connection connection) {}

                @Override
                public void commit(Connection connection) throws SQLException {
                    connection.commit();
                }
            };

    private final DataSource pool;

    @SuppressWarnings("ThreadLocalUsage") // One for each pool, of which there are few.
    private final ThreadLocal<@Nullable Connection> current = new ThreadLocal<>();

    /** On connections of this pool. */
    public AxonTransactions(DataSource pool) {
        this.pool = pool;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = current.get();
        return connection == null
                ? pool.getConnection()
                : ConnectionWrapperFactory.wrap(connection, STAY_OPEN);
    }

    @Override
    public Transaction startTransaction() {
        if (current.get() != null) {
            return new Part();
        }
        try {
            Connection connection = pool.getConnection();
            boolean wasAutoCommit = connection.getAutoCommit();
            if (wasAutoCommit) {
                connection.setAutoCommit(false);
            }
            current.set(connection);
            return new Whole(connection, wasAutoCommit);
        } catch (SQLException e) {
            throw new IllegalStateException("no transaction was begun", e);
        }
    }

    /**
     * Makes a connection with an open transaction that of this thread, until {@link #leave}; what
     * is appended in between is not committed.
     */
    public void join(Connection connection) {
        current.set(connection);
    }

    /** This thread has no connection of its own any more. */
    public void leave() {
        current.remove();
    }

    /** Inside of another one, which decides. */
    private static final class Part implements Transaction {
        @Override
        public void commit() {}

        @Override
        public void rollback() {}
    }

    private final class Whole implements Transaction {
        private final Connection connection;
        private final boolean wasAutoCommit;

        Whole(Connection connection, boolean wasAutoCommit) {
            this.connection = connection;
            this.wasAutoCommit = wasAutoCommit;
        }

        @Override
        public void commit() {
            end(true);
        }

        @Override
        public void rollback() {
            end(false);
        }

        private void end(boolean isCommitted) {
            current.remove();
            try (connection) {
                if (isCommitted) {
                    connection.commit();
                } else {
                    connection.rollback();
                }
                if (wasAutoCommit) {
                    connection.setAutoCommit(true);
                }
            } catch (SQLException e) {
                throw new IllegalStateException("a transaction did not end well", e);
            }
        }
    }
}
