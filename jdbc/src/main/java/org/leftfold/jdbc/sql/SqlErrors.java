package org.leftfold.jdbc.sql;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.IncompatibleStoreException;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.StoreUnavailableException;

/** Says what an error of the database means, in the words of the contract. */
public final class SqlErrors {
    /** A number does not fit into its column. */
    private static final String OUT_OF_RANGE = "22003";

    private SqlErrors() {}

    /**
     * The error for whoever asked for something that was not done.
     *
     * @param where the database and its tables
     */
    public static LeftfoldException translate(
            AnyDialect dialect, String where, SQLException error) {
        return switch (dialect.failure(error)) {
            case CONNECTION -> unreachable(where, error);
            case RETRY -> overtaken(where, error);
            case FULL -> StoreUnavailableException.noSpace(where, error);
            case READ_ONLY -> notPrimary(where, error.toString());
            case RIGHTS -> missingRights(where, error);
            case MISSING_TABLE -> noTables(where, error);
            case OTHER ->
                    OUT_OF_RANGE.equals(error.getSQLState())
                            ? full(where, error)
                            : refused(where, error);
        };
    }

    /** LF-1002: there is no number for one more. */
    private static InvalidRequestException full(String where, Throwable cause) {
        return new InvalidRequestException(
                "LF-1002",
                ("a stream of the store %s, or the store, would pass the highest number: a stream has at most"
                                + " 2147483647 events, a store as many streams (%s). Nothing was stored. Write to"
                                + " another stream, or to another shard.")
                        .formatted(where, cause),
                cause);
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

    /** LF-3014: connections come with an isolation level that shows what is not committed. */
    public static StoreUnavailableException dirtyReads() {
        return new StoreUnavailableException(
                "LF-3014",
                "the connections of this data source are at READ UNCOMMITTED: readers would see events that are"
                        + " not committed and may never be. Nothing was changed. Give it any other isolation"
                        + " level.",
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

    /** LF-4001: a row that others refer to is not there. */
    public static IntegrityException lostRow(String where, String row, String byWhom) {
        return new IntegrityException(
                "LF-4001",
                ("the store %s has lost the row of %s, to which %s refers. Nothing was changed. Restore the row"
                                + " from a backup.")
                        .formatted(where, row, byWhom),
                null);
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

    /** LF-1301: a connection commits each statement for itself. */
    public static InvalidRequestException autoCommit(String what) {
        return new InvalidRequestException(
                "LF-1301",
                ("%s needs a transaction, but this connection has auto commit: each statement would be committed"
                                + " for itself. Nothing was stored. Call setAutoCommit(false) before.")
                        .formatted(what));
    }

    /** LF-1302: a connection leads to another database. */
    public static InvalidRequestException otherDatabase(
            String where, String why, @Nullable Throwable cause) {
        return new InvalidRequestException(
                "LF-1302",
                ("this connection does not lead to the database of the store %s: %s. Nothing was stored. Roll the"
                                + " transaction back, and join one on the store's own database.")
                        .formatted(where, why),
                cause);
    }

    /** LF-1303: a thread would wait for itself. */
    public static InvalidRequestException ownLock(String where) {
        return new InvalidRequestException(
                "LF-1303",
                ("this thread holds the append lock of the store %s by a joined transaction that has not ended: it"
                                + " would wait for itself for ever. Nothing was stored. Append by the joined"
                                + " transaction, or end it first and close its JoinedAppends.")
                        .formatted(where));
    }

    /** LF-1304: joined appends were never written. */
    public static InvalidRequestException notFlushed(String where, int appends) {
        return new InvalidRequestException(
                "LF-1304",
                ("%d joined appends to the store %s were never written, and are lost: if the transaction was"
                                + " committed, it was without them. Call flush() right before the commit, or"
                                + " discard() if they are not wanted.")
                        .formatted(appends, where));
    }

    /** LF-1305: a kind of database in which views cannot be kept. */
    public static InvalidRequestException noHomeOfViews(String product) {
        return new InvalidRequestException(
                "LF-1305",
                ("views cannot be kept in '%s'. Nothing was changed. Give it a data source of PostgreSQL, MariaDB,"
                                + " MySQL or H2.")
                        .formatted(product));
    }

    /** LF-1002: too much waits for the end of one transaction. */
    public static InvalidRequestException tooMuchJoined(String what, long value, long limit) {
        return new InvalidRequestException(
                "LF-1002",
                "%d %s of one transaction are too many, %d are allowed. Nothing of this append was stored."
                        .formatted(value, what, limit));
    }
}
