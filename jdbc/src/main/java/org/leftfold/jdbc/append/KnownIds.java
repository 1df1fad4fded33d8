package org.leftfold.jdbc.append;

import java.sql.Connection;
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
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;
import org.leftfold.api.spi.AppendRules;
import org.leftfold.jdbc.event.Rows;
import org.leftfold.jdbc.event.StoredRow;
import org.leftfold.jdbc.sql.Sql;

/** The committed events whose ids a group brings again. For one transaction. */
final class KnownIds {
    private static final int MOST_AT_ONCE = 256;

    private final Connection connection;
    private final Rows rows;
    private final Map<Key, StoredRow> stored = new HashMap<>();
    private final Set<StreamWrite> lookedUp = new HashSet<>();
    private boolean complete;

    KnownIds(Connection connection, Rows rows) {
        this.connection = connection;
        this.rows = rows;
    }

    private record Key(StreamName stream, EventId id) {}

    private static AppendRules.Known compared(StoredRow row, NewEvent event) {
        StoredRow.Body held = row.isReadable() ? row.body() : null;
        boolean same = held == null || row.event(held).hasContentOf(event);
        return new AppendRules.Known(row.version(), row.position(), same);
    }

    /**
     * From now on an id that was not looked up is new: the group itself is committed, and a look
     * would find its own events.
     */
    void nothingElse() {
        complete = true;
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
                        .add("select " + Rows.wholeColumns() + " from {events} e")
                        .add(" where e.id_high in ")
                        .addList(halves);
        for (StoredRow row : rows.select(connection, sql, Rows.Origin.ANY).rows()) {
            stored.merge(new Key(row.stream(), row.id()), row, KnownIds::earlier);
        }
    }

    /** An id can be in a stream twice: {@code exactly} and {@code noStream} do not look. */
    private static StoredRow earlier(StoredRow one, StoredRow other) {
        return one.position() < other.position() ? one : other;
    }

    /** The first committed event with the id of an event of a write, if there is one. */
    AppendRules.@Nullable Known find(StreamWrite write, NewEvent event) throws SQLException {
        if (!lookedUp.contains(write)) {
            if (complete) {
                return null;
            }
            lookUp(List.of(write));
        }
        StoredRow found = stored.get(new Key(write.stream(), event.id()));
        return found == null ? null : compared(found, event);
    }
}
