package org.leftfold.jdbc.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.leftfold.api.IncompatibleStoreException;
import org.leftfold.jdbc.sql.AnyDatabase;
import org.leftfold.jdbc.sql.Failure;
import org.leftfold.jdbc.sql.SqlErrors;

/** Makes the tables of a view store, which need no event store beside them. */
public final class ViewMigrations {
    /** The version of the tables that this version of Leftfold reads and writes. */
    public static final int FORMAT = 1;

    private ViewMigrations() {}

    /**
     * The text of the migration, with the names of the tables, as it can be run by hand. With
     * Flyway, use the file itself and set its placeholder {@code prefix}.
     */
    public static String script(AnyDatabase database) {
        String folder = "views/" + database.dialect().folder();
        return Migrations.text(database, folder + "/V" + FORMAT + "__leftfold_views.sql");
    }

    /**
     * Looks whether the tables are there, and makes them if they are not and that is allowed.
     *
     * @throws IncompatibleStoreException if there are none (LF-5003) or they are of another version
     *     (LF-5001)
     */
    public static void open(AnyDatabase database, boolean creates) {
        boolean there = database.read(connection -> areThere(connection, database));
        if (there) {
            return;
        }
        if (!creates) {
            throw SqlErrors.noTables(
                    database.where(), new IllegalStateException("there is no table of views"));
        }
        boolean made =
                database.read(connection -> {
                    Migrations.makeTogether(
                            () -> Migrations.execute(connection, database, script(database)),
                            () -> areThere(connection, database));
                    return areThere(connection, database);
                });
        if (!made) {
            throw SqlErrors.noTables(
                    database.where(),
                    new IllegalStateException("the table of the format stays empty"));
        }
    }

    private static boolean areThere(Connection connection, AnyDatabase database)
            throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement(
                                database.sql("select format from {view_format} where id = 1"));
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                return false;
            }
            int format = row.getInt(1);
            if (format != FORMAT) {
                throw IncompatibleStoreException.newerFormat(
                        database.sql("table {view_format}"), format, FORMAT);
            }
            return true;
        } catch (SQLException e) {
            if (database.dialect().failure(e) == Failure.MISSING_TABLE) {
                return false;
            }
            throw e;
        }
    }
}
