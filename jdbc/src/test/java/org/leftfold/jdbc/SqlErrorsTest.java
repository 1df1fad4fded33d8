package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.leftfold.api.LeftfoldException;
import org.leftfold.jdbc.sql.Dialect;
import org.leftfold.jdbc.sql.Failure;
import org.leftfold.jdbc.sql.H2Dialect;
import org.leftfold.jdbc.sql.MariaDbDialect;
import org.leftfold.jdbc.sql.PostgresDialect;
import org.leftfold.jdbc.sql.SqlErrors;

/** What the texts of errors say, and which errors of a database they stand for. */
class SqlErrorsTest {
    private static final String WHERE = "'leftfold_*' on PostgreSQL";
    private static final SQLException CAUSE = new SQLException("why", "08006");

    private static void assertText(LeftfoldException error, String text) {
        assertThat(error).hasMessage(text);
        assertThat(text).startsWith(error.code() + ": ");
    }

    @Test
    void errors_of_a_call_say_how_to_mend_it() {
        assertText(
                SqlErrors.autoCommit("joining"),
                "LF-1301: joining needs a transaction, but this connection has auto commit: each statement would"
                        + " be committed for itself. Nothing was stored. Call setAutoCommit(false) before.");
        assertText(
                SqlErrors.otherDatabase(WHERE, "it has no such table", null),
                "LF-1302: this connection does not lead to the database of the store 'leftfold_*' on PostgreSQL:"
                        + " it has no such table. Nothing was stored. Roll the transaction back, and join one on"
                        + " the store's own database.");
        assertText(
                SqlErrors.ownLock(WHERE),
                "LF-1303: this thread holds the append lock of the store 'leftfold_*' on PostgreSQL by a joined"
                        + " transaction that has not ended: it would wait for itself for ever. Nothing was stored."
                        + " Append by the joined transaction, or end it first and close its JoinedAppends.");
        assertText(
                SqlErrors.notFlushed(WHERE, 3),
                "LF-1304: 3 joined appends to the store 'leftfold_*' on PostgreSQL were never written, and are"
                        + " lost: if the transaction was committed, it was without them. Call flush() right before"
                        + " the commit, or discard() if they are not wanted.");
        assertText(
                SqlErrors.noHomeOfViews("Oracle"),
                "LF-1305: views cannot be kept in 'Oracle'. Nothing was changed. Give it a data source of"
                        + " PostgreSQL, MariaDB, MySQL or H2.");
        assertText(
                SqlErrors.tooMuchJoined("appends", 5, 4),
                "LF-1002: 5 appends of one transaction are too many, 4 are allowed. Nothing of this append was"
                        + " stored.");
    }

    @Test
    void errors_of_the_database_say_what_to_look_at() {
        assertText(
                SqlErrors.unreachable(WHERE, CAUSE),
                "LF-3009: the database of the store 'leftfold_*' on PostgreSQL does not answer"
                        + " (java.sql.SQLException: why). Nothing was stored. Repeat it when the database is back.");
        assertText(
                SqlErrors.losesData("MariaDB", "sync_binlog = 0", "1"),
                "LF-3010: this MariaDB is set to sync_binlog = 0: an append that was acknowledged could be lost,"
                        + " or seen before it is durable. Nothing was stored. Set it to 1, or open the store with"
                        + " acceptLossOnCrash() if losing events is all right.");
        assertText(
                SqlErrors.missingRights(WHERE, CAUSE),
                "LF-3011: the database role of the store 'leftfold_*' on PostgreSQL may not do this"
                        + " (java.sql.SQLException: why). Nothing was stored. Grant it what docs/sql.md lists for"
                        + " its task.");
        assertText(
                SqlErrors.notPrimary(WHERE, "read_only is on"),
                "LF-3012: the database 'leftfold_*' on PostgreSQL takes no writes (read_only is on): it is a"
                        + " replica or set to read only. Nothing was stored. Connect to the primary.");
        assertText(
                SqlErrors.overtaken(WHERE, CAUSE),
                "LF-3013: the database of the store 'leftfold_*' on PostgreSQL ended the transaction for the sake"
                        + " of another (java.sql.SQLException: why). Nothing was stored. Repeat it.");
        assertText(
                SqlErrors.isolation("serializable"),
                "LF-3014: appends need a transaction at READ COMMITTED, this one is at 'serializable', where what"
                        + " others stored could be overlooked. Nothing was stored. Set the isolation level of the"
                        + " connection before its transaction begins.");
        assertText(
                SqlErrors.refused(WHERE, CAUSE),
                "LF-3015: the database of the store 'leftfold_*' on PostgreSQL refused a statement"
                        + " (java.sql.SQLException: why). Nothing was stored. Look at its log; somebody may have"
                        + " changed the tables.");
        assertText(
                SqlErrors.lostRow(WHERE, "kind number 3", "the event at position 7"),
                "LF-4001: the store 'leftfold_*' on PostgreSQL has lost the row of kind number 3, to which the event"
                        + " at position 7 refers. Nothing was changed. Restore the row from a backup.");
        assertText(
                SqlErrors.noTables(WHERE, CAUSE),
                "LF-5003: the store 'leftfold_*' on PostgreSQL has not the tables that this version needs"
                        + " (java.sql.SQLException: why). Nothing was changed. Run the migrations, or open the"
                        + " store with a role that may create tables.");
    }

    @Test
    void what_a_repetition_mends_can_be_told() {
        Dialect postgres = new PostgresDialect();
        for (String state : new String[] {"40001", "40P01", "55P03", "57014"}) {
            assertCode("LF-3013", postgres, new SQLException("x", state));
        }
        Dialect mariaDb = new MariaDbDialect();
        for (int code : new int[] {1205, 1213, 1020, 1969, 3024}) {
            assertCode("LF-3013", mariaDb, new SQLException("x", "70100", code));
        }
        assertCode("LF-3009", postgres, new SQLException("x", "57P01"));
        assertCode("LF-3009", mariaDb, new SQLException("x", "70100", 1317));
        assertCode("LF-3015", postgres, new SQLException("x", "23505"));
        assertCode("LF-3015", mariaDb, new SQLException("x", "23000", 1062));
    }

    @Test
    void what_h2_says_is_understood() {
        H2Dialect h2 = new H2Dialect();
        for (int code : new int[] {40001, 50200, 90131}) {
            assertThat(h2.failure(new SQLException("x", "HYT00", code))).isEqualTo(Failure.RETRY);
        }
        for (int code : new int[] {90067, 90098, 90121, 90007}) {
            assertThat(h2.failure(new SQLException("x", "HY000", code)))
                    .isEqualTo(Failure.CONNECTION);
        }
        assertThat(h2.failure(new SQLException("x", "08000"))).isEqualTo(Failure.CONNECTION);
        assertThat(h2.failure(new SQLException("x", "42S02", 42102)))
                .isEqualTo(Failure.MISSING_TABLE);
        assertThat(h2.failure(new SQLException("x", "23505", 23505))).isEqualTo(Failure.OTHER);
    }

    private static void assertCode(String code, Dialect dialect, SQLException error) {
        assertThat(SqlErrors.translate(dialect, WHERE, error).code()).isEqualTo(code);
    }
}
