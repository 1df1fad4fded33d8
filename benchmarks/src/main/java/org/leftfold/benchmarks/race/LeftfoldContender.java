package org.leftfold.benchmarks.race;

import java.io.Closeable;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.leftfold.api.Append;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.benchmarks.sql.LeftfoldSqlStore;
import org.leftfold.benchmarks.sql.OwnDatabase;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.JoinedAppends;

/** Leftfold: a store that writes, and another one, with a pool of its own, that follows. */
final class LeftfoldContender implements Contender {
    private static final Payload PAYLOAD = Payload.wrap(new byte[] {1});

    private final JdbcEventStore writing;
    private final EventStore following;

    LeftfoldContender(OwnDatabase database) {
        JdbcOptions options = JdbcOptions.defaults();
        writing =
                LeftfoldSqlStore.open(
                        database,
                        database.newPool(OwnDatabase.CONNECTIONS, NobodySkips.WRITERS),
                        options);
        following =
                LeftfoldSqlStore.open(
                        database,
                        database.newPool(OwnDatabase.CONNECTIONS, NobodySkips.READERS),
                        options);
    }

    private static Append toAppend(String stream) {
        NewEvent event = NewEvent.of("Raced", PAYLOAD);
        return Append.to(new StreamName(stream), ExpectedVersion.exactly(0), event);
    }

    @Override
    public void append(String stream) {
        writing.append(toAppend(stream));
    }

    @Override
    public AutoCloseable appendIn(Connection connection, String stream) {
        JoinedAppends joined = writing.joining(connection);
        joined.append(toAppend(stream));
        joined.flush();
        return joined;
    }

    @Override
    public Closeable follow(Sightings sightings) {
        var subscription =
                following.follow(
                        FollowRequest.fromStart(Query.all()),
                        event -> sightings.saw(event.stream().value()));
        return () -> {
            subscription.close();
            subscription.completion().join(); // Throws what ended it.
        };
    }

    @Override
    public List<Place> log() {
        List<Place> places = new ArrayList<>();
        try (Events events = following.read(ReadRequest.all())) {
            while (events.hasNext()) {
                RecordedEvent event = events.next();
                places.add(new Place(event.position(), event.stream().value()));
            }
        }
        return places;
    }

    @Override
    public void close() {
        writing.close();
        following.close();
    }
}
