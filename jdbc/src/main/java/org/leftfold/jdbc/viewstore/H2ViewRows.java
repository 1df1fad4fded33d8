package org.leftfold.jdbc.viewstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.leftfold.api.spi.ViewStore.Row;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.jdbc.sql.AnyDatabase;

/** Rows on H2: a batch, which costs no messages where H2 is in the same process. Any thread. */
final class H2ViewRows extends ViewRows {
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

    /** It knows none, and goes by the key anyway. */
    @Override
    String order(Piece piece) {
        return "";
    }
}
