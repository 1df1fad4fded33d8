package org.leftfold.jdbc.sql;

import java.sql.SQLException;
import org.leftfold.api.IncompatibleStoreException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.StoreUnavailableException;

/** Says what an error of the database means, in the words of the contract. */
public final class SqlErrors {
    private SqlErrors() {}

    /**
     * The error for whoever asked for something that was not done.
     *
     * @param where the database and its tables
     */
    public static LeftfoldException translate(Dialect dialect, String where, SQLException error) {
        return switch (dialect.failure(error)) {
            case CONNECTION -> unreachable(where, error);
            case RETRY -> overtaken(where, error);
            case FULL -> StoreUnavailableException.noSpace(where, error);
            case READ_ONLY -> notPrimary(where, error.toString());
            case RIGHTS -> missingRights(where, error);
            case MISSING_TABLE -> noTables(where, error);
            case OTHER -> refused(where, error);
        };
    }

    /** LF-3009: the database does not answer. */
    public static StoreUnavailableException unreachable(String where, Throwable cause) {
        return new StoreUnavailableException(
                "LF-3009",
                ("the database of the store %s does not answer (%s). Nothing was stored. Repeat it when the"
                                + " database is back.")
                        .formatted(where, cause),
                cause);
    }

    /** LF-3010: the settings of the server lose data. */
    public static StoreUnavailableException losesData(
            String server, String setting, String better) {
        return new StoreUnavailableException(
                "LF-3010",
                ("this %s is set to %s: an append that was acknowledged could be lost, or seen before it is"
                                + " durable. Nothing was stored. Set it to %s, or open the store with"
                                + " acceptLossOnCrash() if losing events is all right.")
                        .formatted(server, setting, better),
                null);
    }

    /** LF-3011: the role has not the rights it needs. */
    public static StoreUnavailableException missingRights(String where, Throwable cause) {
        return new StoreUnavailableException(
                "LF-3011",
                ("the database role of the store %s may not do this (%s). Nothing was stored. Grant it what"
                                + " docs/sql.md lists for its task.")
                        .formatted(where, cause),
                cause);
    }

    /** LF-3012: the server takes no writes. */
    public static StoreUnavailableException notPrimary(String where, String why) {
        return new StoreUnavailableException(
                "LF-3012",
                ("the database %s takes no writes (%s): it is a replica or set to read only. Nothing was"
                                + " stored. Connect to the primary.")
                        .formatted(where, why),
                null);
    }

    /** LF-3013: the database ended the transaction for the sake of another. */
    public static StoreUnavailableException overtaken(String where, Throwable cause) {
        return new StoreUnavailableException(
                "LF-3013",
                ("the database of the store %s ended the transaction for the sake of another (%s). Nothing was"
                                + " stored. Repeat it.")
                        .formatted(where, cause),
                cause);
    }

    /** LF-3014: a transaction has an isolation level in which conditions could be missed. */
    public static StoreUnavailableException isolation(String level) {
        return new StoreUnavailableException(
                "LF-3014",
                ("appends need a transaction at READ COMMITTED, this one is at '%s', where what others stored"
                                + " could be overlooked. Nothing was stored. Set the isolation level of the"
                                + " connection before its transaction begins.")
                        .formatted(level),
                null);
    }

    /** LF-3015: the database refused what should work. */
    public static StoreUnavailableException refused(String where, Throwable cause) {
        return new StoreUnavailableException(
                "LF-3015",
                ("the database of the store %s refused a statement (%s). Nothing was stored. Look at its log;"
                                + " somebody may have changed the tables.")
                        .formatted(where, cause),
                cause);
    }

    /** LF-5003: the tables are not there, or not as this version needs them. */
    public static IncompatibleStoreException noTables(String where, Throwable cause) {
        return new IncompatibleStoreException(
                "LF-5003",
                ("the store %s has not the tables that this version needs (%s). Nothing was changed. Run the"
                                + " migrations, or open the store with a role that may create tables.")
                        .formatted(where, cause),
                cause);
    }
}
