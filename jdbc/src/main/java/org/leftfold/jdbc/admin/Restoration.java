package org.leftfold.jdbc.admin;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.leftfold.api.Backup;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.jdbc.event.EventTexts;
import org.leftfold.jdbc.event.Kinds;
import org.leftfold.jdbc.event.StoredRow;
import org.leftfold.jdbc.event.TagKeys;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Dialect;
import org.leftfold.jdbc.sql.Tail;

/** Takes some entries of a backup over, in one transaction. For one thread. */
final class Restoration {
    /** The kind of places whose event is not in the backup any more. */
    private static final int NO_KIND = 0;

    private final Connection connection;
    private final Database database;
    private final Kinds kinds;
    private final Acts acts;
    private final Map<StreamName, Long> streamIds = new HashMap<>();
    private final Map<StreamName, Long> versions = new HashMap<>();
    private final List<Dialect.EventRow> rows = new ArrayList<>();
    private final List<Dialect.TagRow> tags = new ArrayList<>();
    private long lastStreamId;
    private int lastKindId;
    private final int committedKinds;
    private long head;
    private long lastRecordedAt;

    Restoration(Connection connection, Database database, Kinds kinds, Acts acts, boolean trusting)
            throws SQLException {
        this.connection = connection;
        this.database = database;
        this.kinds = kinds;
        this.acts = acts;
        database.dialect().lock(connection, database.tables());
        Tail tail = database.dialect().tail(connection, database.tables(), trusting);
        this.head = tail.head();
        this.lastRecordedAt = tail.lastRecordedAt();
        this.lastStreamId = tail.lastStreamId();
        this.lastKindId = tail.lastKindId();
        this.committedKinds = tail.lastKindId();
    }

    /** How far the store has come without this. */
    RestoredBatch.Reached reached() throws SQLException {
        return new RestoredBatch.Reached(
                head, database.number(connection, "select max(act_id) from {acts}"));
    }

    /** Takes entries over, of which appends are whole; gives the head behind them. */
    long take(List<Backup.Entry> entries) throws SQLException {
        int[] rests = appendRests(entries);
        for (int i = 0; i < rests.length; i++) {
            switch (entries.get(i)) {
                case Backup.Place place -> take(place, rests[i]);
                case Backup.Act act -> take(act);
            }
        }
        insert();
        return head;
    }

    /** How many events of the same append stand behind each entry. */
    private static int[] appendRests(List<Backup.Entry> entries) {
        int[] rests = new int[entries.size()];
        for (int i = rests.length - 2; i >= 0; i--) {
            boolean goesOn = entries.get(i) instanceof Backup.Place place && !place.endsAppend();
            rests[i] = goesOn ? rests[i + 1] + 1 : 0;
        }
        return rests;
    }

    private void insert() throws SQLException {
        if (!rows.isEmpty()) {
            database.dialect().insertEvents(connection, database.tables(), rows);
            rows.clear();
        }
        if (!tags.isEmpty()) {
            database.dialect().insertTags(connection, database.tables(), tags);
            tags.clear();
        }
    }

    private void take(Backup.Place place, int appendRest) throws SQLException {
        long stream = streamId(place.stream());
        long version = versions.getOrDefault(place.stream(), 0L);
        if (place.position() != head + 1 || place.version() != version + 1) {
            throw InvalidRequestException.backup(
                    ("it goes on with position %d and version %d of stream '%s', where %d and %d should"
                                    + " follow")
                            .formatted(
                                    place.position(),
                                    place.version(),
                                    place.stream(),
                                    head + 1,
                                    version + 1));
        }
        requireLater("position " + place.position(), place.recordedAt());
        head = place.position();
        lastRecordedAt = StoredRow.micros(place.recordedAt());
        versions.put(place.stream(), place.version());
        if (place instanceof Backup.Kept kept) {
            add(kept.event(), stream, appendRest);
        } else {
            UUID id = place.id().value();
            rows.add(
                    new Dialect.EventRow(
                            place.position(),
                            stream,
                            place.version(),
                            id.getMostSignificantBits(),
                            id.getLeastSignificantBits(),
                            lastRecordedAt,
                            NO_KIND,
                            appendRest,
                            null,
                            null,
                            null));
        }
    }

    private void add(RecordedEvent event, long stream, int appendRest) throws SQLException {
        UUID id = event.id().value();
        rows.add(
                new Dialect.EventRow(
                        event.position(),
                        stream,
                        event.version(),
                        id.getMostSignificantBits(),
                        id.getLeastSignificantBits(),
                        lastRecordedAt,
                        kind(
                                new Kinds.Kind(
                                        event.stream().category(),
                                        event.type(),
                                        event.schemaVersion())),
                        appendRest,
                        EventTexts.ofMetadata(event.metadata()),
                        EventTexts.ofTags(event.tags()),
                        event.payload()));
        Set<Long> keys = new HashSet<>();
        for (Tag tag : event.tags()) {
            keys.add(TagKeys.of(tag));
        }
        keys.forEach(key -> tags.add(new Dialect.TagRow(key, event.position())));
    }

    private void take(Backup.Act act) throws SQLException {
        insert(); // so that acts stand behind the events they came after
        Acts.Place place = acts.place(connection, act.stream());
        long version = place == null ? 0 : place.version();
        if (place == null || act.firstKeptVersion() < 2 || act.firstKeptVersion() > version + 1) {
            throw InvalidRequestException.backup(
                    "it keeps stream '%s' from version %d on, where it is at version %d"
                            .formatted(act.stream(), act.firstKeptVersion(), version));
        }
        requireLater("an act of " + act.act().actor(), act.recordedAt());
        lastRecordedAt = StoredRow.micros(act.recordedAt());
        acts.store(connection, head, place.id(), act);
    }

    private void requireLater(String what, Instant recordedAt) {
        if (StoredRow.micros(recordedAt) < lastRecordedAt) {
            throw InvalidRequestException.backup(
                    "%s was recorded at %s, before what stands before it"
                            .formatted(what, recordedAt));
        }
    }

    private long streamId(StreamName stream) throws SQLException {
        Long known = streamIds.get(stream);
        if (known != null) {
            return known;
        }
        Acts.Place place = acts.place(connection, stream);
        long id = place == null ? insertStream(stream) : place.id();
        streamIds.put(stream, id);
        versions.put(stream, place == null ? 0 : place.version());
        return id;
    }

    private long insertStream(StreamName stream) throws SQLException {
        long id = ++lastStreamId;
        try (PreparedStatement statement =
                connection.prepareStatement(
                        database.sql("insert into {streams} (stream_id, name) values (?, ?)"))) {
            statement.setLong(1, id);
            database.dialect().setName(statement, 2, stream.value());
            statement.executeUpdate();
        }
        return id;
    }

    private int kind(Kinds.Kind kind) throws SQLException {
        Integer number = kinds.number(connection, kind, committedKinds);
        if (number == null) {
            number = kinds.insert(connection, kind, lastKindId);
            lastKindId = number;
        }
        return number;
    }
}
