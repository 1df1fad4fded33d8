package org.leftfold.benchmarks.sql;

import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.axonframework.common.AxonException;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.messaging.MetaData;
import org.leftfold.benchmarks.stores.EventSink;
import org.leftfold.benchmarks.stores.PlacedEvent;
import org.leftfold.benchmarks.stores.SampleEvent;
import org.leftfold.benchmarks.stores.StreamReader;
import org.leftfold.benchmarks.stores.WrongVersionException;

/** The JDBC event storage engine of Axon Framework 4. */
final class AxonStore extends ServerStore {
    /** For reads of everything: twice as quick as the default, which is for processors. */
    private static final int LARGE_BATCH = 5000;

    private static final long LOOK_MILLIS = 100;

    private final AxonTables tables;
    private final AxonEngine engine;
    private final AxonEngine largeEngine;
    private final EmbeddedEventStore bus;
    private final AtomicInteger followers = new AtomicInteger();

    AxonStore(OwnDatabase database) {
        super(database);
        tables = AxonTables.of(database);
        engine = new AxonEngine(database.pool(), AxonEngine.DEFAULT_BATCH);
        largeEngine = new AxonEngine(database.pool(), LARGE_BATCH);
        engine.createTables(tables.factory());
        bus = EmbeddedEventStore.builder().storageEngine(engine.engine()).build();
    }

    /** Only the unique key of its table guards a stream, so a gap is taken. */
    @Override
    public boolean refusesGaps() {
        return false;
    }

    /** By the engine; by its event bus when somebody in this process follows that. */
    @Override
    public void append(String stream, long expectedVersion, List<SampleEvent> events)
            throws WrongVersionException {
        List<DomainEventMessage<?>> messages = AxonEngine.messages(stream, expectedVersion, events);
        try {
            if (followers.get() > 0) {
                bus.publish(messages);
            } else {
                engine.engine().appendEvents(messages);
            }
        } catch (AxonException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof SQLException sql
                        && tables.uniqueViolation().equals(sql.getSQLState())) {
                    throw new WrongVersionException("refused by the unique key", e);
                }
            }
            throw e;
        }
    }

    @Override
    public void load(Iterable<PlacedEvent> events) throws SQLException {
        tables.load(database, events);
    }

    @Override
    public void replay(EventSink sink) {
        try (var messages = largeEngine.engine().readEvents(null, false)) {
            messages.forEach(message -> give(message, AxonEngine.position(message), sink));
        }
    }

    private static void give(Object message, long position, EventSink sink) {
        DomainEventMessage<?> event = (DomainEventMessage<?>) message;
        AxonFact fact = (AxonFact) event.getPayload();
        MetaData metadata = event.getMetaData();
        sink.accept(
                position,
                event.getAggregateIdentifier(),
                event.getSequenceNumber() + 1,
                fact.type(),
                fact.bytes(),
                AxonSerializer.metadataBytes(metadata));
    }

    @Override
    public StreamReader openReader() {
        return new StreamReader() {
            @Override
            public void read(String stream, EventSink sink) { // The engine has no positions here.
                DomainEventStream events = engine.engine().readEvents(stream, 0);
                while (events.hasNext()) {
                    DomainEventMessage<?> event = events.next();
                    give(event, event.getSequenceNumber(), sink);
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public boolean canFollow() {
        return true;
    }

    @Override
    public Closeable follow(Consumer<byte[]> handler) {
        followers.incrementAndGet();
        Closeable following = follow(bus, handler);
        return () -> {
            followers.decrementAndGet();
            following.close();
        };
    }

    @Override
    public boolean canFollowElsewhere() {
        return true;
    }

    @Override
    public Closeable followElsewhere(Consumer<byte[]> handler) {
        AxonEngine other = new AxonEngine(database.pool(), AxonEngine.DEFAULT_BATCH);
        EmbeddedEventStore otherBus =
                EmbeddedEventStore.builder().storageEngine(other.engine()).build();
        Closeable following = follow(otherBus, handler);
        return () -> {
            following.close();
            otherBus.shutDown();
        };
    }

    private Closeable follow(EmbeddedEventStore from, Consumer<byte[]> handler) {
        BlockingStream<TrackedEventMessage<?>> stream =
                from.openStream(engine.engine().createHeadToken());
        Poller poller =
                new Poller(
                        "axon-follower",
                        0,
                        () -> {
                            if (!stream.hasNextAvailable(
                                    (int) LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                                return false;
                            }
                            AxonFact fact = (AxonFact) stream.nextAvailable().getPayload();
                            handler.accept(fact.bytes());
                            return true;
                        });
        return () -> {
            poller.close();
            stream.close();
        };
    }

    @Override
    public void close() throws IOException {
        bus.shutDown();
        super.close();
    }
}
