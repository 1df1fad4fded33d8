package org.leftfold.benchmarks.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.axonframework.eventsourcing.eventstore.jdbc.EventTableFactory;
import org.axonframework.eventsourcing.eventstore.jdbc.MySqlEventTableFactory;
import org.leftfold.benchmarks.stores.PlacedEvent;

/** Axon's tables on MariaDB, loaded by the driver's bulk inserts. */
final class AxonMariaDbTables implements AxonTables {
    /**
     * With positions from 1 on: the server would leave gaps between bulk inserts, which Axon's
     * reader would have to remember.
     */
    private static final String INSERT =
            "insert into DomainEventEntry (globalIndex, eventIdentifier, aggregateIdentifier,"
                    + " sequenceNumber, type, timeStamp, payloadType, payload, metaData)"
                    + " values (?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private static final int ROWS_PER_INSERT = 1000;

    /** About 15 MB: few commits, and a binary log of usual transactions. */
    private static final int ROWS_PER_TRANSACTION = 25 * ROWS_PER_INSERT;

    @Override
    public EventTableFactory factory() {
        return MySqlEventTableFactory.INSTANCE;
    }

    /** MariaDB has one state for all broken constraints; the table has no other. */
    @Override
    public String uniqueViolation() {
        return "23000";
    }

    @Override
    public void load(OwnDatabase database, Iterable<PlacedEvent> events) throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            connection.setAutoCommit(false);
            long position = 0;
            for (PlacedEvent placed : events) {
                position++;
                setRow(insert, position, placed);
                insert.addBatch();
                if (position % ROWS_PER_INSERT == 0) {
                    insert.executeBatch();
                }
                if (position % ROWS_PER_TRANSACTION == 0) {
                    connection.commit();
                }
            }
            insert.executeBatch();
            connection.commit();
        }
    }

    private static void setRow(PreparedStatement insert, long position, PlacedEvent placed)
            throws SQLException {
        insert.setLong(1, position);
        insert.setString(2, CopyLoad.newId().toString());
        insert.setString(3, placed.stream());
        insert.setLong(4, placed.version() - 1);
        insert.setString(5, AxonEngine.AGGREGATE_TYPE);
        insert.setString(6, TIMESTAMP);
        insert.setString(7, placed.event().type());
        insert.setBytes(8, placed.event().payload());
        insert.setBytes(9, placed.event().metadata());
    }
}
