package org.leftfold.benchmarks.race;

import java.io.Closeable;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.jdbc.PostgresEventTableFactory;
import org.leftfold.benchmarks.sql.AxonEngine;
import org.leftfold.benchmarks.sql.OwnDatabase;
import org.leftfold.benchmarks.sql.Poller;
import org.leftfold.benchmarks.stores.SampleEvent;

/** Axon's JDBC engine, and an event store on another one that follows, all with their defaults. */
final class AxonContender implements Contender {
    private static final int LOOK_MILLIS = 100;
    private static final SampleEvent EVENT =
            SampleEvent.of(
                    "Raced", "{}".getBytes(StandardCharsets.ISO_8859_1), "correlation", "actor");

    private final OwnDatabase database;
    private final AxonEngine writing;
    private final EmbeddedEventStore following;

    AxonContender(OwnDatabase database) {
        this.database = database;
        writing = engine(database, NobodySkips.WRITERS);
        writing.createTables(PostgresEventTableFactory.INSTANCE);
        following =
                EmbeddedEventStore.builder()
                        .storageEngine(engine(database, NobodySkips.READERS).engine())
                        .build();
    }

    private static AxonEngine engine(OwnDatabase database, String name) {
        return new AxonEngine(
                database.newPool(OwnDatabase.CONNECTIONS, name), AxonEngine.DEFAULT_BATCH);
    }

    @Override
    public void append(String stream) {
        writing.engine().appendEvents(AxonEngine.messages(stream, 0, List.of(EVENT)));
    }

    @Override
    public AutoCloseable appendIn(Connection connection, String stream) {
        writing.transactions().join(connection);
        try {
            append(stream);
        } finally {
            writing.transactions().leave();
        }
        return () -> {};
    }

    @Override
    public Closeable follow(Sightings sightings) {
        BlockingStream<TrackedEventMessage<?>> stream = following.openStream(null);
        Poller poller =
                new Poller(
                        "axon-follower",
                        0,
                        () -> {
                            boolean isThere =
                                    stream.hasNextAvailable(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                            if (isThere) {
                                TrackedEventMessage<?> message = stream.nextAvailable();
                                sightings.saw(
                                        ((DomainEventMessage<?>) message).getAggregateIdentifier());
                            }
                            return isThere;
                        });
        return () -> {
            poller.close();
            stream.close();
        };
    }

    @Override
    public List<Place> log() throws SQLException {
        String sql = "select globalIndex, aggregateIdentifier from DomainEventEntry order by 1";
        List<Place> places = new ArrayList<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                places.add(new Place(row.getLong(1), row.getString(2)));
            }
        }
        return places;
    }

    @Override
    public void close() {
        following.shutDown();
    }
}
