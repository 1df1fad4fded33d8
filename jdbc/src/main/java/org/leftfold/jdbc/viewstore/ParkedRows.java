package org.leftfold.jdbc.viewstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ParkedEvent.State;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.jdbc.event.StoredRow;
import org.leftfold.jdbc.sql.AnyDatabase;
import org.leftfold.jdbc.sql.Sql;

/** Parked events as rows of a table. Safe for any thread. */
final class ParkedRows {
    private static final String FIND =
            """
            select sequence, row_key, state, stream, version, type, attempts, error, patch, parked_at
            from {view_parked}
            where view_name = ? and generation = ? and part = ? and sequence > ?\
            """;

    private final AnyDatabase database;
    private final String upsert;

    ParkedRows(AnyDatabase database) {
        this.database = database;
        this.upsert =
                database.dialect()
                        .upsert(
                                "{view_parked}",
                                List.of("view_name", "generation", "part", "sequence"),
                                List.of(
                                        "row_key",
                                        "state",
                                        "stream",
                                        "version",
                                        "type",
                                        "attempts",
                                        "error",
                                        "patch",
                                        "parked_at"));
    }

    /** The statement that keeps one. */
    Sql put(View view, ParkedEvent event) {
        return new Sql()
                .add(
                        upsert,
                        view.name(),
                        view.generation(),
                        event.part(),
                        event.sequence(),
                        event.key(),
                        new Sql.Text(event.state().name()),
                        event.stream().value(),
                        event.version(),
                        event.type(),
                        event.attempts(),
                        new Sql.Text(event.error()),
                        new Sql.Bytes(event.patch().orElse(null)),
                        StoredRow.micros(event.parkedAt()));
    }

    /** Those of a part in order, of one key or, if that is empty, of all. */
    List<ParkedEvent> find(
            Connection connection, View view, int part, String key, long after, int limit)
            throws SQLException {
        Sql sql = new Sql().add(FIND, view.name(), view.generation(), part, after);
        if (!key.isEmpty()) {
            sql.add(" and row_key = ?", key);
        }
        sql.add(" order by sequence" + database.dialect().atMost(), limit);
        try (PreparedStatement statement = sql.prepare(connection, database);
                ResultSet row = statement.executeQuery()) {
            List<ParkedEvent> events = new ArrayList<>();
            while (row.next()) {
                events.add(event(part, row));
            }
            return events;
        }
    }

    private ParkedEvent event(int part, ResultSet row) throws SQLException {
        return new ParkedEvent(
                part,
                row.getLong(1),
                name(row, 2),
                State.valueOf(row.getString(3)),
                new StreamName(name(row, 4)),
                row.getLong(5),
                name(row, 6),
                row.getInt(7),
                row.getString(8),
                SqlViewTransaction.payload(row, 9),
                StoredRow.instant(row.getLong(10)));
    }

    private String name(ResultSet row, int column) throws SQLException {
        return String.valueOf(database.dialect().name(row, column));
    }
}
