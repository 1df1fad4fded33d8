package org.leftfold.jdbc.faults;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.jdbc.Kind;
import org.leftfold.jdbc.append.AppendSettings;
import org.leftfold.jdbc.append.GroupAppend;
import org.leftfold.jdbc.append.Outcome;
import org.leftfold.jdbc.append.Transactions;
import org.leftfold.jdbc.event.Kinds;
import org.leftfold.jdbc.event.Rows;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Dialect;
import org.leftfold.jdbc.sql.MariaDbDialect;
import org.leftfold.jdbc.sql.PostgresDialect;
import org.leftfold.jdbc.sql.Tables;

/**
 * Appends in transactions whose end a test decides on: it can hold the append lock, roll back, or
 * die.
 */
final class RawAppends {
    private static final AppendSettings SETTINGS = new AppendSettings(null, false);

    /** The tables of a store with the usual prefix. */
    static final Tables TABLES = new Tables("leftfold_");

    private final Database database;

    RawAppends(Kind kind, DataSource source) {
        this.database = new Database(source, dialectOf(kind), TABLES, Duration.ofSeconds(30));
    }

    static Dialect dialectOf(Kind kind) {
        return kind == Kind.POSTGRES ? new PostgresDialect() : new MariaDbDialect();
    }

    /**
     * A writer as a store has one, for its caller's thread.
     *
     * @param clock gives the times of recording; null for the database's own
     */
    static Transactions writer(Kind kind, DataSource source, @Nullable Clock clock) {
        Database database = new RawAppends(kind, source).database;
        return new Transactions(
                new Rows(database, new Kinds(database)), new AppendSettings(clock, false));
    }

    /** Takes the append lock and inserts; the transaction stays open. */
    Outcome begin(Connection connection, Append append) throws SQLException {
        database.dialect().prepareForAppends(connection);
        connection.setAutoCommit(false);
        Rows rows = new Rows(database, new Kinds(database));
        return GroupAppend.in(connection, rows, SETTINGS, List.of(append)).getFirst();
    }
}
