package org.leftfold.benchmarks.sql;

import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventsourcing.eventstore.jdbc.EventTableFactory;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.messaging.MetaData;
import org.leftfold.benchmarks.stores.SampleEvent;

/**
 * The JDBC event storage engine of Axon Framework on one pool, with its defaults. Safe for any
 * thread.
 */
public final class AxonEngine {
    /** What the engine reads at a time unless one says otherwise. */
    public static final int DEFAULT_BATCH = 100;

    static final String AGGREGATE_TYPE = "Order";

    private final AxonTransactions transactions;
    private final JdbcEventStorageEngine engine;

    /** An engine on tables that are there, or will be. */
    public AxonEngine(DataSource pool, int batchSize) {
        transactions = new AxonTransactions(pool);
        AxonSerializer serializer = new AxonSerializer();
        engine =
                JdbcEventStorageEngine.builder()
                        .eventSerializer(serializer)
                        .snapshotSerializer(serializer)
                        .connectionProvider(transactions)
                        .transactionManager(transactions)
                        .batchSize(batchSize)
                        .build();
    }

    /** Makes the tables, as the server needs them. */
    public void createTables(EventTableFactory factory) {
        engine.createSchema(factory);
    }

    /** The engine itself. */
    public JdbcEventStorageEngine engine() {
        return engine;
    }

    /** Where it gets its connections. */
    public AxonTransactions transactions() {
        return transactions;
    }

    /** Events as Axon takes them, behind so many of their stream. */
    public static List<DomainEventMessage<?>> messages(
            String stream, long version, List<SampleEvent> events) {
        List<DomainEventMessage<?>> messages = new ArrayList<>(events.size());
        long sequenceNumber = version; // Axon counts from 0.
        for (SampleEvent event : events) {
            MetaData metadata =
                    MetaData.with(AxonSerializer.CORRELATION, event.correlationId())
                            .and(AxonSerializer.ACTOR, event.actor());
            AxonFact fact = new AxonFact(event.type(), event.payload());
            messages.add(
                    new GenericDomainEventMessage<>(
                            AGGREGATE_TYPE, stream, sequenceNumber++, fact, metadata));
        }
        return messages;
    }

    /** Where an event stands in the whole log. */
    public static long position(TrackedEventMessage<?> message) {
        return ((GapAwareTrackingToken) message.trackingToken()).getIndex();
    }
}
