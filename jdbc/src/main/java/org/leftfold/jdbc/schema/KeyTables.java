package org.leftfold.jdbc.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.IncompatibleStoreException;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Failure;
import org.leftfold.jdbc.sql.SqlErrors;
import org.leftfold.jdbc.sql.SystemRandom;

/** Makes the tables of a key store, and says what is there. */
public final class KeyTables {
    /** The version of the tables that this version of Leftfold reads and writes. */
    public static final int FORMAT = 1;

    private static final int SALT_BYTES = 16;

    private KeyTables() {}

    /** The text of the migration, with the names of the tables, as it can be run by hand. */
    public static String script(Database database) {
        String folder = database.dialect().folder() + "/keys";
        return Migrations.text(database, folder + "/V" + FORMAT + "__leftfold_keys.sql");
    }

    /**
     * The salt of the key store, whose tables are made first if there are none and that is allowed.
     *
     * @throws IncompatibleStoreException if there are none (LF-5003) or they are of another version
     *     (LF-5001)
     */
    public static byte[] open(Database database, boolean creates) {
        byte[] there = database.read(connection -> salt(connection, database));
        if (there != null) {
            return there;
        }
        if (!creates) {
            throw SqlErrors.noTables(
                    database.where(), new IllegalStateException("there is no table of keys"));
        }
        return database.read(connection -> {
            Migrations.makeTogether(
                    () -> create(connection, database), () -> salt(connection, database) != null);
            byte[] made = salt(connection, database);
            if (made == null) {
                throw SqlErrors.noTables(
                        database.where(),
                        new IllegalStateException("the table of the key store stays empty"));
            }
            return made;
        });
    }

    private static void create(Connection connection, Database database) throws SQLException {
        Migrations.execute(connection, database, script(database));
        String insert =
                database.dialect().insertIfAbsent("{key_store}", "id, format, salt", "1, ?, ?");
        try (PreparedStatement first = connection.prepareStatement(database.sql(insert))) {
            first.setInt(1, FORMAT);
            first.setBytes(2, SystemRandom.bytes(SALT_BYTES));
            first.executeUpdate();
        }
    }

    private static byte @Nullable [] salt(Connection connection, Database database)
            throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement(
                                database.sql("select format, salt from {key_store} where id = 1"));
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                return null;
            }
            int format = row.getInt(1);
            if (format != FORMAT) {
                throw IncompatibleStoreException.newerFormat(
                        database.sql("table {key_store}"), format, FORMAT);
            }
            return row.getBytes(2);
        } catch (SQLException e) {
            if (database.dialect().failure(e) == Failure.MISSING_TABLE) {
                return null;
            }
            throw e;
        }
    }
}
