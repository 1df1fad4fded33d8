package org.leftfold.jdbc.admin;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.LongConsumer;
import org.leftfold.api.ScavengeReport;
import org.leftfold.jdbc.sql.Database;

/**
 * Empties the rows of unreadable events, a range of positions at a time. The rows stay, with
 * position, version and id. The database reuses the room by itself (vacuum, purge). For one thread.
 */
final class Scavenging {
    private static final int STEP = 2000;

    private static final String ALL = "1 = 1";

    private static final String UNREADABLE =
            "e.payload is not null and e.version < s.first_kept_version";

    private static final String DELETE_TAGS =
            """
            delete from {tags} where position in (
                select e.position from {events} e join {streams} s on s.stream_id = e.stream_id
                where e.position > ? and e.position <= ? and e.payload is not null
                    and e.version < s.first_kept_version)\
            """;

    private static final String EMPTY_ROWS =
            """
            update {events} set payload = null, metadata = null, tags = null
            where position > ? and position <= ? and payload is not null and version <
                (select s.first_kept_version from {streams} s
                where s.stream_id = {events}.stream_id)\
            """;

    private final Database database;

    Scavenging(Database database) {
        this.database = database;
    }

    /** Empties all of them; sizes are those of payloads and metadata. */
    ScavengeReport run(LongConsumer progress) {
        Held before = database.read(connection -> held(connection, ALL, 0, Long.MAX_VALUE));
        long head = before.lastPosition();
        long removed = 0;
        long bytes = before.bytes();
        for (long from = 0; from < head; from += STEP) {
            long after = from;
            Held emptied = database.change(connection -> empty(connection, after, after + STEP));
            removed += emptied.events();
            bytes -= emptied.bytes();
            progress.accept(Math.min(head, from + STEP));
        }
        return new ScavengeReport(removed, before.bytes(), bytes);
    }

    /** What some rows hold. */
    private record Held(long events, long bytes, long lastPosition) {}

    private Held held(Connection connection, String which, long after, long to)
            throws SQLException {
        String sql =
                """
                select count(*), coalesce(sum(octet_length(e.payload)), 0)
                    + coalesce(sum(octet_length(e.metadata)), 0), coalesce(max(e.position), 0)
                from {events} e join {streams} s on s.stream_id = e.stream_id
                where e.position > ? and e.position <= ? and
                """;
        try (PreparedStatement statement = connection.prepareStatement(database.sql(sql + which))) {
            statement.setLong(1, after);
            statement.setLong(2, to);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Held(row.getLong(1), row.getLong(2), row.getLong(3));
            }
        }
    }

    private Held empty(Connection connection, long after, long to) throws SQLException {
        Held unreadable = held(connection, UNREADABLE, after, to);
        if (unreadable.events() > 0) {
            update(connection, DELETE_TAGS, after, to);
            update(connection, EMPTY_ROWS, after, to);
        }
        return unreadable;
    }

    private void update(Connection connection, String template, long after, long to)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(database.sql(template))) {
            statement.setLong(1, after);
            statement.setLong(2, to);
            statement.executeUpdate();
        }
    }
}
