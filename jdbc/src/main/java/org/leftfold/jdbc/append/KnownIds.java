package org.leftfold.jdbc.append;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventId;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;
import org.leftfold.api.spi.AppendRules;
import org.leftfold.jdbc.event.Kinds;
import org.leftfold.jdbc.event.StoredRow;
import org.leftfold.jdbc.read.Sql;
import org.leftfold.jdbc.sql.Database;

/** The committed events whose ids a group brings again. For one transaction. */
final class KnownIds {
    private static final int MOST_AT_ONCE = 256;

    private final Connection connection;
    private final Database database;
    private final Kinds kinds;
    private final Map<Key, Stored> stored = new HashMap<>();
    private final Set<StreamWrite> lookedUp = new HashSet<>();

    KnownIds(Connection connection, Database database, Kinds kinds) {
        this.connection = connection;
        this.database = database;
        this.kinds = kinds;
    }

    private record Key(StreamName stream, EventId id) {}

    private record Stored(StoredRow row, StoredRow.@Nullable Body body) {
        AppendRules.Known comparedWith(NewEvent event) {
            StoredRow.Body held = row.version() >= row.firstKeptVersion() ? body : null;
            boolean same = held == null || row.event(held).hasContentOf(event);
            return new AppendRules.Known(row.version(), row.position(), same);
        }
    }

    /** Looks up all ids of some writes at once. */
    void lookUp(List<StreamWrite> writes) throws SQLException {
        List<Long> halves = new ArrayList<>();
        for (StreamWrite write : writes) {
            if (lookedUp.add(write)) {
                write.events()
                        .forEach(event -> halves.add(event.id().value().getMostSignificantBits()));
            }
        }
        for (int from = 0; from < halves.size(); from += MOST_AT_ONCE) {
            find(halves.subList(from, Math.min(halves.size(), from + MOST_AT_ONCE)));
        }
    }

    private void find(List<Long> halves) throws SQLException {
        Sql sql =
                new Sql()
                        .add("select " + StoredRow.COLUMNS + ", e.metadata, e.payload")
                        .add(" from {events} e join {streams} s on s.stream_id = e.stream_id")
                        .add(" where e.id_high in ")
                        .addList(halves);
        try (PreparedStatement statement = sql.prepare(connection, database);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                StoredRow row = StoredRow.read(connection, database.dialect(), kinds, rows);
                byte[] payload = rows.getBytes(StoredRow.COLUMN_COUNT + 2);
                StoredRow.Body body =
                        payload == null
                                ? null
                                : new StoredRow.Body(
                                        rows.getString(StoredRow.COLUMN_COUNT + 1),
                                        Payload.wrap(payload));
                stored.put(new Key(row.stream(), row.id()), new Stored(row, body));
            }
        }
    }

    /** The committed event with the id of an event of a write, if there is one. */
    AppendRules.@Nullable Known find(StreamWrite write, NewEvent event) throws SQLException {
        if (!lookedUp.contains(write)) {
            lookUp(List.of(write));
        }
        Stored found = stored.get(new Key(write.stream(), event.id()));
        return found == null ? null : found.comparedWith(event);
    }
}
