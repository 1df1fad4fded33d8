package org.leftfold.jdbc.faults;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.leftfold.api.RecordedEvent;
import org.leftfold.jdbc.JdbcViewHandler;

/** A view that shows whether an event took effect twice or never: a sum, and the last position. */
final class ViewTable implements JdbcViewHandler {
    private static final AtomicLong TABLES = new AtomicLong();

    private final String table = "sums_" + TABLES.incrementAndGet();

    /** What it holds. */
    record Sums(long events, long positions, long last) {
        /** What it must hold after some events. */
        static Sums of(List<RecordedEvent> events) {
            return new Sums(
                    events.size(),
                    events.stream().mapToLong(RecordedEvent::position).sum(),
                    events.isEmpty() ? 0 : events.getLast().position());
        }
    }

    /** Makes the table. */
    ViewTable(DataSource source) throws SQLException {
        execute(
                source,
                "create table " + table + " (events bigint, positions bigint, last bigint)",
                "insert into " + table + " values (0, 0, 0)");
    }

    /** Empties it. */
    void clear(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("update " + table + " set events = 0, positions = 0, last = 0");
        }
    }

    @Override
    public void apply(Connection connection, RecordedEvent event) throws SQLException {
        String sql =
                "update " + table + " set events = events + 1, positions = positions + ?, last = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, event.position());
            statement.setLong(2, event.position());
            statement.executeUpdate();
        }
    }

    Sums sums(DataSource source) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select events, positions, last from " + table)) {
            row.next();
            return new Sums(row.getLong(1), row.getLong(2), row.getLong(3));
        } catch (SQLException e) {
            throw new AssertionError("the view of a test cannot be read", e);
        }
    }

    private static void execute(DataSource source, String... statements) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : new ArrayList<>(List.of(statements))) {
                statement.execute(sql);
            }
        }
    }
}
