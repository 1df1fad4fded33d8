package org.leftfold.jdbc.viewstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.ViewStore.Row;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.jdbc.sql.AnyDatabase;
import org.leftfold.jdbc.sql.H2Dialect;
import org.leftfold.jdbc.sql.PostgresDialect;
import org.leftfold.jdbc.sql.Sql;

/**
 * Many rows of a view at once, in as few messages as a kind of database allows. Here as MariaDB,
 * MySQL and H2 search and delete them. Safe for any thread.
 */
abstract class ViewRows {
    /** Statements stay short enough to be parsed quickly. */
    private static final int MOST_KEYS = 1_024;

    /** Far below what a server takes in one piece, and enough that the trips do not count. */
    static final int MOST_BYTES = 2 << 20;

    final AnyDatabase database;

    ViewRows(AnyDatabase database) {
        this.database = database;
    }

    static ViewRows of(AnyDatabase database) {
        return switch (database.dialect()) {
            case PostgresDialect any -> new PostgresViewRows(database);
            case H2Dialect any -> new H2ViewRows(database);
            default -> new MariaDbViewRows(database);
        };
    }

    /** Writes some rows, which are neither too many nor too large for one statement. */
    abstract void putSome(Connection connection, View view, List<Row> rows) throws SQLException;

    /** How many rows one statement takes. */
    abstract int mostRows();

    final void put(Connection connection, View view, List<Row> rows) throws SQLException {
        int from = 0;
        while (from < rows.size()) {
            int to = from;
            long bytes = 0;
            while (to < rows.size() && to - from < mostRows() && bytes < MOST_BYTES) {
                bytes += rows.get(to).body().sizeBytes();
                to++;
            }
            putSome(connection, view, rows.subList(from, to));
            from = to;
        }
    }

    /** The bodies of those of these rows that exist. */
    Map<String, Payload> find(Connection connection, View view, Collection<String> keys)
            throws SQLException {
        Map<String, Payload> found = new HashMap<>();
        for (List<String> some : inPieces(keys)) {
            Sql sql = ofKeys("select row_key, body from {view_rows}", view, some);
            try (PreparedStatement statement = sql.prepare(connection, database)) {
                addFound(statement, found);
            }
        }
        return found;
    }

    /** Removes those of these rows that exist. */
    void remove(Connection connection, View view, Collection<String> keys) throws SQLException {
        for (List<String> some : inPieces(keys)) {
            Sql sql = ofKeys("delete from {view_rows}", view, some);
            try (PreparedStatement statement = sql.prepare(connection, database)) {
                statement.executeUpdate();
            }
        }
    }

    private static Sql ofKeys(String begin, View view, List<String> keys) {
        return new Sql()
                .add(begin)
                .add(
                        " where view_name = ? and generation = ? and row_key in ",
                        view.name(),
                        view.generation())
                .addList(keys);
    }

    private static List<List<String>> inPieces(Collection<String> keys) {
        List<String> all = List.copyOf(keys);
        List<List<String>> pieces = new ArrayList<>();
        for (int from = 0; from < all.size(); from += MOST_KEYS) {
            pieces.add(all.subList(from, Math.min(all.size(), from + MOST_KEYS)));
        }
        return pieces;
    }

    final void addFound(PreparedStatement query, Map<String, Payload> found) throws SQLException {
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                found.put(
                        String.valueOf(database.dialect().name(row, 1)),
                        Payload.wrap(row.getBytes(2)));
            }
        }
    }

    /** Deletes at most so many rows of a table of views; says how many. */
    int deleteSome(Connection connection, View view, Piece piece, int limit) throws SQLException {
        String sql =
                "delete from "
                        + piece.table()
                        + " where view_name = ? and generation = ?"
                        + piece.also()
                        + order(piece)
                        + database.dialect().atMost();
        try (PreparedStatement statement =
                new Sql()
                        .add(sql, view.name(), view.generation(), limit)
                        .prepare(connection, database)) {
            return statement.executeUpdate();
        }
    }

    /** In which order rows are deleted, so that two who do so do not get stuck. */
    abstract String order(Piece piece);

    /**
     * Rows of a view in one table.
     *
     * @param key what tells them apart in their view
     * @param also a further condition, or nothing
     */
    record Piece(String table, String key, String also) {}
}
