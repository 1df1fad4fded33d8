package org.leftfold.jdbc.event;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.StreamName;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Sql;

/**
 * The names of streams by their numbers, and from which version on they are kept. Remembers those
 * that were read lately, up to a limit. Names never change; what is kept changes with an act, so
 * every page of rows brings the number of the last act along, and a higher one than before makes
 * all be forgotten. Safe for any thread.
 */
public final class StreamNames {
    /** About 20 MB of names. */
    private static final int REMEMBERED = 100_000;

    private static final int MOST_AT_ONCE = 512;

    private final Database database;
    private final Map<Long, Stream> known = new Remembered<>(REMEMBERED); // guarded by this
    private long lastAct; // guarded by this

    /** The streams of a store. */
    public StreamNames(Database database) {
        this.database = database;
    }

    /** A stream, and the first version of it that may be read. */
    public record Stream(StreamName name, long firstKeptVersion) {}

    /**
     * Streams, as they are after an act at least; null for those that are lost.
     *
     * @param ids the numbers of the streams, each any number of times
     * @param act the number of the last act that whoever asks has seen
     */
    @Nullable Stream[] find(Connection connection, long[] ids, long act) throws SQLException {
        @Nullable Stream[] found = new Stream[ids.length];
        Set<Long> missing = new LinkedHashSet<>();
        long since;
        synchronized (this) {
            if (act > lastAct) {
                known.clear();
                lastAct = act;
            }
            since = lastAct;
            for (int i = 0; i < ids.length; i++) {
                found[i] = known.get(ids[i]);
                if (found[i] == null) {
                    missing.add(ids[i]);
                }
            }
        }
        if (!missing.isEmpty()) {
            Map<Long, Stream> looked = lookAll(connection, List.copyOf(missing), since);
            for (int i = 0; i < ids.length; i++) {
                found[i] = found[i] == null ? looked.get(ids[i]) : found[i];
            }
        }
        return found;
    }

    private Map<Long, Stream> lookAll(Connection connection, List<Long> ids, long since)
            throws SQLException {
        Map<Long, Stream> found = new HashMap<>();
        for (int from = 0; from < ids.size(); from += MOST_AT_ONCE) {
            int to = Math.min(ids.size(), from + MOST_AT_ONCE);
            found.putAll(look(connection, ids.subList(from, to), since));
        }
        return found;
    }

    private Map<Long, Stream> look(Connection connection, List<Long> ids, long since)
            throws SQLException {
        Map<Long, Stream> found = new HashMap<>();
        Sql sql =
                new Sql()
                        .add("select stream_id, name, first_kept_version from {streams}")
                        .add(" where stream_id in ")
                        .addList(ids);
        try (PreparedStatement statement = sql.prepare(connection, database);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                String name = database.dialect().name(rows, 2);
                if (name != null) {
                    found.put(
                            rows.getLong(1),
                            new Stream(StreamName.ofStored(name), rows.getLong(3)));
                }
            }
        }
        synchronized (this) {
            if (lastAct == since) { // else it may be what was before the act
                known.putAll(found);
            }
        }
        return found;
    }
}
