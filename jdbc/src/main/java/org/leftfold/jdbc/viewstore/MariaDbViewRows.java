package org.leftfold.jdbc.viewstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.leftfold.api.spi.ViewStore.Row;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.jdbc.sql.AnyDatabase;
import org.leftfold.jdbc.sql.Sql;

/** Rows on MariaDB and MySQL: one statement with many values. Safe for any thread. */
final class MariaDbViewRows extends ViewRows {
    MariaDbViewRows(AnyDatabase database) {
        super(database);
    }

    @Override
    int mostRows() {
        return 512;
    }

    @Override
    void putSome(Connection connection, View view, List<Row> rows) throws SQLException {
        Sql sql =
                new Sql()
                        .add(
                                "insert into {view_rows} (view_name, generation, row_key, part, body)"
                                        + " values ");
        String values = "(?, ?, ?, ?, ?)";
        for (Row row : rows) {
            sql.add(
                    values,
                    view.name(),
                    view.generation(),
                    row.key(),
                    row.part(),
                    new Sql.Bytes(row.body()));
            values = ", (?, ?, ?, ?, ?)";
        }
        sql.add(" on duplicate key update part = values(part), body = values(body)");
        try (PreparedStatement statement = sql.prepare(connection, database)) {
            statement.executeUpdate();
        }
    }

    @Override
    String order(Piece piece) {
        return " order by " + piece.key();
    }
}
