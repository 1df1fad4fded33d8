package org.leftfold.jdbc.viewstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.ViewStore.Row;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.jdbc.sql.AnyDatabase;
import org.leftfold.jdbc.sql.PostgresArrays;
import org.leftfold.jdbc.sql.Sql;

/** Rows on PostgreSQL: arrays, so that one statement is the same for any number. Any thread. */
final class PostgresViewRows extends ViewRows {
    private static final String PUT =
            """
            insert into {view_rows} (view_name, generation, row_key, part, body)
            select ?, ?, r.* from unnest(?::text[], ?::integer[], ?::bytea[]) r
            on conflict (view_name, generation, row_key)
                do update set part = excluded.part, body = excluded.body\
            """;

    private static final String OF_KEYS =
            " where view_name = ? and generation = ? and row_key = any(?::text[])";

    private static final String FIND = "select row_key, body from {view_rows}" + OF_KEYS;
    private static final String REMOVE = "delete from {view_rows}" + OF_KEYS;

    PostgresViewRows(AnyDatabase database) {
        super(database);
    }

    @Override
    int mostRows() {
        return 5_000;
    }

    @Override
    void putSome(Connection connection, View view, List<Row> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(database.sql(PUT))) {
            PostgresArrays arrays = bind(connection, statement, view);
            arrays.texts(3, rows, Row::key);
            arrays.ints(4, rows, Row::part);
            arrays.payloads(5, rows, Row::body);
            statement.executeUpdate();
        }
    }

    private static PostgresArrays bind(
            Connection connection, PreparedStatement statement, View view) throws SQLException {
        statement.setString(1, view.name());
        statement.setInt(2, view.generation());
        return new PostgresArrays(connection, statement);
    }

    @Override
    Map<String, Payload> find(Connection connection, View view, Collection<String> keys)
            throws SQLException {
        Map<String, Payload> found = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(database.sql(FIND))) {
            bind(connection, statement, view).texts(3, List.copyOf(keys), key -> key);
            addFound(statement, found);
        }
        return found;
    }

    @Override
    void remove(Connection connection, View view, Collection<String> keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(database.sql(REMOVE))) {
            bind(connection, statement, view).texts(3, List.copyOf(keys), key -> key);
            statement.executeUpdate();
        }
    }

    /** There is no limit for a deletion: the rows are looked up first. */
    @Override
    int deleteSome(Connection connection, View view, Piece piece, int limit) throws SQLException {
        String of = " where view_name = ? and generation = ?" + piece.also();
        String sql =
                "delete from %1$s%2$s and (%3$s) in (select %3$s from %1$s%2$s order by %3$s limit ?)"
                        .formatted(piece.table(), of, piece.key());
        try (PreparedStatement statement =
                new Sql()
                        .add(
                                sql,
                                view.name(),
                                view.generation(),
                                view.name(),
                                view.generation(),
                                limit)
                        .prepare(connection, database)) {
            return statement.executeUpdate();
        }
    }

    @Override
    String order(Piece piece) {
        return " order by " + piece.key();
    }
}
