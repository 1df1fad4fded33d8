package org.leftfold.benchmarks.sql;

import java.sql.SQLException;
import org.axonframework.eventsourcing.eventstore.jdbc.EventTableFactory;
import org.leftfold.benchmarks.stores.PlacedEvent;

/** What of Axon's JDBC engine depends on the server. */
interface AxonTables {
    /** Of every loaded event: when it was appended matters to nobody. */
    String TIMESTAMP = "2026-11-20T10:00:00.000Z";

    /** Makes the tables. */
    EventTableFactory factory();

    /** The SQL state of an insert that repeats a unique key. */
    String uniqueViolation();

    /** Appends these events in this order, by the fastest way that the server has. */
    void load(OwnDatabase database, Iterable<PlacedEvent> events) throws SQLException;

    /** Those of the server that a database is on. */
    static AxonTables of(OwnDatabase database) {
        return database.isPostgres() ? new AxonPostgresTables() : new AxonMariaDbTables();
    }
}
