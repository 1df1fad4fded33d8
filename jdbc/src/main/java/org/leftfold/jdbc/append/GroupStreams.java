package org.leftfold.jdbc.append;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.leftfold.api.StreamName;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Sql;

/** The streams that a group writes, and where they are. For one transaction. */
final class GroupStreams {
    private static final int MOST_AT_ONCE = 256;

    private static final String WHERE_THEY_ARE =
            """
            select s.name, s.stream_id,
                coalesce((select max(e.version) from {events} e where e.stream_id = s.stream_id), 0)
            from {streams} s where s.name in
            """;

    private final Map<StreamName, Place> places = new HashMap<>();
    private final List<Place> added = new ArrayList<>();
    private long lastId;

    /** Where a stream is, the appends that were accepted included. */
    static final class Place {
        private final StreamName name;
        private final long id;
        private final boolean isNew;
        private long version;

        private Place(StreamName name, long id, long version, boolean isNew) {
            this.name = name;
            this.id = id;
            this.version = version;
            this.isNew = isNew;
        }

        StreamName name() {
            return name;
        }

        long id() {
            return id;
        }

        long version() {
            return version;
        }

        /** Whether no committed event is in it. */
        boolean isNew() {
            return isNew;
        }

        /** Counts one more event and returns its version. */
        long next() {
            return ++version;
        }
    }

    /**
     * Looks streams up.
     *
     * @param known where some of them are
     * @param lastId the highest number of a stream so far
     */
    GroupStreams(
            Connection connection,
            Database database,
            Set<StreamName> names,
            KnownStreams known,
            long lastId)
            throws SQLException {
        this.lastId = lastId;
        List<StreamName> wanted = new ArrayList<>();
        for (StreamName name : names) {
            KnownStreams.At at = known.find(name.value());
            if (at == null) {
                wanted.add(name);
            } else {
                places.put(name, new Place(name, at.id(), at.version(), false));
            }
        }
        for (int from = 0; from < wanted.size(); from += MOST_AT_ONCE) {
            int to = Math.min(wanted.size(), from + MOST_AT_ONCE);
            find(connection, database, wanted.subList(from, to));
        }
    }

    /** Streams that are known already: name by name, at these versions. */
    GroupStreams(List<String> names, List<Long> versions) {
        for (int i = 0; i < names.size(); i++) {
            StreamName name = StreamName.ofStored(names.get(i));
            long version = versions.get(i);
            places.put(name, new Place(name, 0, version, version == 0));
        }
    }

    private void find(Connection connection, Database database, List<StreamName> wanted)
            throws SQLException {
        Sql sql =
                new Sql()
                        .add(WHERE_THEY_ARE)
                        .addList(wanted.stream().map(StreamName::value).toList());
        try (PreparedStatement statement = sql.prepare(connection, database);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                String text = database.dialect().name(rows, 1);
                if (text != null) {
                    StreamName name = StreamName.ofStored(text);
                    places.put(name, new Place(name, rows.getLong(2), rows.getLong(3), false));
                }
            }
        }
    }

    /** Version of a stream, 0 if it was never written. */
    long version(StreamName name) {
        Place place = places.get(name);
        return place == null ? 0 : place.version();
    }

    /** Whether a stream has committed events, and so ids that the database knows. */
    boolean isStored(StreamName name) {
        Place place = places.get(name);
        return place != null && !place.isNew();
    }

    /** A stream that is about to be written. */
    Place toWrite(StreamName name) {
        return places.computeIfAbsent(
                name,
                unknown -> {
                    Place place = new Place(unknown, ++lastId, 0, true);
                    added.add(place);
                    return place;
                });
    }

    /** A stream that is there. */
    Place stored(StreamName name) {
        Place place = places.get(name);
        if (place == null) {
            throw new IllegalStateException("stream " + name + " was not looked up");
        }
        return place;
    }

    /** Says where the streams are now. */
    void tell(KnownStreams known) {
        places.forEach((name, place) ->
                known.put(name.value(), new KnownStreams.At(place.id(), place.version())));
    }

    /** Stores the streams that were new. */
    void insertNew(Connection connection, Database database) throws SQLException {
        if (added.isEmpty()) {
            return;
        }
        insert(connection, database, added);
    }

    private static void insert(Connection connection, Database database, Collection<Place> some)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(
                        database.sql("insert into {streams} (stream_id, name) values (?, ?)"))) {
            for (Place place : some) {
                statement.setLong(1, place.id());
                database.dialect().setName(statement, 2, place.name().value());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
