package org.leftfold.jdbc.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.IncompatibleStoreException;
import org.leftfold.jdbc.sql.AnyDatabase;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Failure;
import org.leftfold.jdbc.sql.SqlErrors;

/** Makes the tables of a store, and says what is there. */
public final class Migrations {
    /** The version of the tables that this version of Leftfold reads and writes. */
    public static final int FORMAT = 1;

    /** More than there are statements that two may come to at the same moment. */
    private static final int MOST_TRIES = 8;

    private Migrations() {}

    /**
     * The text of the migration, with the names of a store's tables, as it can be run by hand. With
     * Flyway, use the file itself and set its placeholder {@code prefix}.
     */
    public static String script(Database database) {
        return text(database, database.dialect().folder() + "/V" + FORMAT + "__leftfold.sql");
    }

    /** A file of this module, with the names of tables. */
    static String text(AnyDatabase database, String file) {
        try (InputStream in = Migrations.class.getResourceAsStream("/org/leftfold/jdbc/" + file)) {
            if (in == null) {
                throw new IllegalStateException("the migration " + file + " is not in this jar");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.replace("${prefix}", database.tables().prefix());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The epoch of the store, whose tables are made first if there are none and that is allowed.
     *
     * @throws IncompatibleStoreException if there are none (LF-5003) or they are of another version
     *     (LF-5001)
     */
    public static UUID open(Database database, boolean creates) {
        UUID there = database.read(connection -> epoch(connection, database));
        if (there != null) {
            return there;
        }
        if (!creates) {
            throw SqlErrors.noTables(
                    database.where(), new IllegalStateException("there is no table of it"));
        }
        return database.read(connection -> {
            makeTogether(
                    () -> execute(connection, database, script(database)),
                    () -> epoch(connection, database) != null);
            UUID made = epoch(connection, database);
            if (made == null) {
                throw SqlErrors.noTables(
                        database.where(),
                        new IllegalStateException("the table of the store stays empty"));
            }
            return made;
        });
    }

    /** What makes tables; all of it can be done again. */
    interface Making {
        /** Makes what is missing. */
        void make() throws SQLException;
    }

    /** Whether tables are there, and complete. */
    interface Check {
        /** Looks. */
        boolean areThere() throws SQLException;
    }

    /**
     * Makes tables, or finds that somebody else has made them meanwhile. Two who make them at the
     * same moment may disturb each other: then it is done again, and each time more of it is there.
     */
    static void makeTogether(Making making, Check check) throws SQLException {
        for (int tries = 1; ; tries++) {
            try {
                making.make();
                return;
            } catch (SQLException e) {
                if (check.areThere()) {
                    return;
                }
                if (tries == MOST_TRIES) {
                    throw e;
                }
            }
        }
    }

    static void execute(Connection connection, AnyDatabase database, String script)
            throws SQLException {
        for (String statement : database.dialect().statements(script)) {
            try (Statement made = connection.createStatement()) {
                made.execute(statement);
            }
        }
    }

    private static @Nullable UUID epoch(Connection connection, Database database)
            throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement(
                                database.sql("select format, epoch from {store} where id = 1"));
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                return null;
            }
            int format = row.getInt(1);
            if (format != FORMAT) {
                throw IncompatibleStoreException.newerFormat(
                        database.sql("table {store}"), format, FORMAT);
            }
            return UUID.fromString(row.getString(2).strip());
        } catch (SQLException e) {
            if (database.dialect().failure(e) == Failure.MISSING_TABLE) {
                return null;
            }
            throw e;
        }
    }
}
