package org.leftfold.jdbc.viewstore;

import java.nio.charset.StandardCharsets;
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

/** Rows on H2: batches, which cost no messages where H2 is in the same process. Any thread. */
final class H2ViewRows extends ViewRows {
    private static final String FIND =
            """
            select r.row_key, r.body
            from unnest(cast(? as varbinary(255) array)) k(row_key)
            join {view_rows} r
                on r.view_name = ? and r.generation = ? and r.row_key = k.row_key\
            """;

    private static final String REMOVE =
            "delete from {view_rows} where view_name = ? and generation = ? and row_key = ?";

    private final String upsert;

    H2ViewRows(AnyDatabase database) {
        super(database);
        this.upsert =
                database.sql(
                        database.dialect()
                                .upsert(
                                        "{view_rows}",
                                        List.of("view_name", "generation", "row_key"),
                                        List.of("part", "body")));
    }

    @Override
    int mostRows() {
        return 1_024;
    }

    @Override
    void putSome(Connection connection, View view, List<Row> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(upsert)) {
            for (Row row : rows) {
                database.dialect().setName(statement, 1, view.name());
                statement.setInt(2, view.generation());
                database.dialect().setName(statement, 3, row.key());
                statement.setInt(4, row.part());
                statement.setBytes(5, row.body().toByteArray());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /**
     * With a list of keys it would walk the whole view: it looks at the first columns only then.
     */
    @Override
    Map<String, Payload> find(Connection connection, View view, Collection<String> keys)
            throws SQLException {
        Map<String, Payload> found = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(database.sql(FIND))) {
            statement.setObject(1, keys.stream().map(H2ViewRows::bytes).toArray());
            database.dialect().setName(statement, 2, view.name());
            statement.setInt(3, view.generation());
            addFound(statement, found);
        }
        return found;
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    void remove(Connection connection, View view, Collection<String> keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(database.sql(REMOVE))) {
            for (String key : keys) {
                database.dialect().setName(statement, 1, view.name());
                statement.setInt(2, view.generation());
                database.dialect().setName(statement, 3, key);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** It knows none, and goes by the key anyway. */
    @Override
    String order(Piece piece) {
        return "";
    }
}
