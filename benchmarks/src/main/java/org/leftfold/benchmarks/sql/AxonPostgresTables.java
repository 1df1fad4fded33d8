package org.leftfold.benchmarks.sql;

import java.sql.SQLException;
import org.axonframework.eventsourcing.eventstore.jdbc.EventTableFactory;
import org.axonframework.eventsourcing.eventstore.jdbc.PostgresEventTableFactory;
import org.leftfold.benchmarks.stores.PlacedEvent;

/** Axon's tables on PostgreSQL, loaded by COPY. */
final class AxonPostgresTables implements AxonTables {
    private static final String COPY =
            "copy DomainEventEntry (eventIdentifier, aggregateIdentifier, sequenceNumber, type,"
                    + " timeStamp, payloadType, payload, metaData) from stdin";

    @Override
    public EventTableFactory factory() {
        return PostgresEventTableFactory.INSTANCE;
    }

    @Override
    public String uniqueViolation() {
        return "23505";
    }

    @Override
    public void load(OwnDatabase database, Iterable<PlacedEvent> events) throws SQLException {
        CopyLoad.run(database, COPY, events, AxonPostgresTables::line);
    }

    private static void line(PlacedEvent placed, CopyLoad to) {
        to.id()
                .field(placed.stream())
                .field(placed.version() - 1)
                .field(AxonEngine.AGGREGATE_TYPE)
                .field(TIMESTAMP)
                .field(placed.event().type())
                .bytes(placed.event().payload())
                .bytes(placed.event().metadata());
    }
}
