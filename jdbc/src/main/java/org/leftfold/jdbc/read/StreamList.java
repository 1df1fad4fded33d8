package org.leftfold.jdbc.read;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamSummary;
import org.leftfold.jdbc.sql.Database;

/**
 * The streams of a store in the order of their names, page by page: each page goes on behind the
 * last name of the one before. Safe for any thread.
 */
public final class StreamList {
    private static final int PAGE = 512;

    private static final String SELECT =
            """
            select s.name,
                (select e.version from {events} e where e.stream_id = s.stream_id
                    order by e.version desc limit 1) as version,
                (select e.position from {events} e where e.stream_id = s.stream_id
                    order by e.version desc limit 1) as last_position,
                (select e.version from {events} e where e.stream_id = s.stream_id
                    and e.version >= s.first_kept_version and e.payload is not null
                    order by e.version limit 1) as first_version,
                (select e.position from {events} e where e.stream_id = s.stream_id
                    and e.version >= s.first_kept_version and e.payload is not null
                    order by e.version limit 1) as first_position
            from {streams} s where s.name\
            """;

    private final Database database;

    /** The streams of a store. */
    public StreamList(Database database) {
        this.database = database;
    }

    /** A stream; its summary is null where nothing of it can be read. */
    private record Row(String name, @Nullable StreamSummary summary) {}

    /** Shows the streams whose names begin with a text, until the visitor wants no more. */
    public void visit(String prefix, Predicate<StreamSummary> visitor) {
        String from = prefix;
        String comparison = " >=";
        while (true) {
            String at = from;
            String sql = SELECT + comparison + " ? order by s.name limit ?";
            List<Row> rows = database.read(connection -> page(connection, sql, at));
            for (Row row : rows) {
                if (!row.name().startsWith(prefix)) {
                    return;
                }
                StreamSummary summary = row.summary();
                if (summary != null && !visitor.test(summary)) {
                    return;
                }
            }
            if (rows.size() < PAGE) {
                return;
            }
            from = rows.getLast().name();
            comparison = " >";
        }
    }

    private List<Row> page(Connection connection, String sql, String from) throws SQLException {
        List<Row> page = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(database.sql(sql))) {
            database.dialect().setName(statement, 1, from);
            statement.setInt(2, PAGE);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    page.add(row(rows));
                }
            }
        }
        return page;
    }

    private Row row(ResultSet row) throws SQLException {
        String name = String.valueOf(database.dialect().name(row, 1));
        long version = row.getLong(2);
        long firstVersion = row.getLong(4);
        if (firstVersion == 0) {
            return new Row(name, null);
        }
        return new Row(
                name,
                new StreamSummary(
                        StreamName.ofStored(name),
                        version,
                        version - firstVersion + 1,
                        row.getLong(5),
                        row.getLong(3)));
    }
}
