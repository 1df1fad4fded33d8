package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.leftfold.api.Append;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.jdbc.JdbcViewHandler;

/** A view that shows whether an event took effect twice or never: a sum, and the last position. */
final class ViewTable implements JdbcViewHandler {
    private static final int MOST_TOGETHER = 10;
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

    /** Appends events to a few streams, some of them several streams at once. */
    static void append(EventStore store, SplittableRandom random, int events) {
        for (int i = 0; i < events; i += MOST_TOGETHER) {
            Append append =
                    Append.to(
                            new StreamName("viewed-" + random.nextInt(5)),
                            ExpectedVersion.any(),
                            Samples.event(random));
            for (int n = 1; n < MOST_TOGETHER && i + n < events; n++) {
                append =
                        append.andTo(
                                new StreamName("viewed-" + (n + 10)),
                                ExpectedVersion.any(),
                                Samples.event(random));
            }
            store.append(append);
        }
    }

    /** Waits until the view holds what the store does, and no more. */
    void awaitEqual(Subscription view, DataSource source, EventStore store) {
        Sums wanted = Sums.of(store.read(ReadRequest.all()).toList());
        Waiting.until(
                "the view holds " + wanted,
                () -> view.completion().isDone() || sums(source).equals(wanted));
        assertThat(sums(source)).isEqualTo(wanted);
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
