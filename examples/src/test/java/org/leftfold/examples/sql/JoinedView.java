package org.leftfold.examples.sql;

import java.sql.Connection;
import java.sql.SQLException;
import org.leftfold.api.Append;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JoinedAppends;

/** A view and the events behind it, committed together. */
abstract class JoinedView {
    /** Changes the tables of the application. */
    abstract void updateView(Connection connection) throws SQLException;

    void commitTogether(JdbcEventStore store, Connection connection, Append append)
            throws SQLException {
        // @start region="joining"
        connection.setAutoCommit(false);
        // the default of MariaDB and MySQL is another
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        try (JoinedAppends joined = store.joining(connection)) {
            updateView(connection);
            joined.append(append);
            joined.flush(); // takes the lock, decides, inserts
            connection.commit(); // gives the lock back
            joined.committed(); // wakes the followers of this process
        }
        // @end
    }
}
