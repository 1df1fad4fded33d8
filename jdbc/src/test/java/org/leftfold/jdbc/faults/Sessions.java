package org.leftfold.jdbc.faults;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.Database;

/** The sessions of a database, to be looked at and killed. Safe for any thread. */
final class Sessions {
    private final Kind kind;
    private final Database database;

    Sessions(Kind kind, Database database) {
        this.kind = kind;
        this.database = database;
    }

    /** A connection that belongs to no pool. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                database.jdbcUrl(), database.user(), database.password());
    }

    /** A connection of somebody else, that is not among those to be killed. */
    private Connection administer() throws SQLException {
        String other = kind == Kind.POSTGRES ? "postgres" : "mysql";
        return DriverManager.getConnection(
                database.server().jdbcUrl(other), database.user(), database.password());
    }

    /** The number by which the server knows a connection. */
    long number(Connection connection) throws SQLException {
        String sql = kind == Kind.POSTGRES ? "select pg_backend_pid()" : "select connection_id()";
        return numbers(connection, sql).getFirst();
    }

    /** Kills the session with a number, as an administrator would. */
    void kill(long number) throws SQLException {
        try (Connection connection = administer()) {
            kill(connection, number);
        }
    }

    private void kill(Connection connection, long number) throws SQLException {
        String sql =
                kind == Kind.POSTGRES ? "select pg_terminate_backend(%d)" : "kill connection %d";
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql.formatted(number));
        } catch (SQLException e) {
            if (e.getErrorCode() != 1094) { // MariaDB: it has ended by itself
                throw e;
            }
        }
    }

    /** The sessions that wait for the lock of another; MariaDB says only that they take long. */
    List<Long> waiting() {
        String sql =
                kind == Kind.POSTGRES
                        ? "select pid from pg_stat_activity where datname = '%s'"
                                + " and wait_event_type = 'Lock'"
                        : "select id from information_schema.processlist where db = '%s'"
                                + " and command <> 'Sleep' and time_ms > 100";
        try (Connection connection = administer()) {
            return numbers(connection, sql.formatted(database.name()));
        } catch (SQLException e) {
            throw new AssertionError("cannot look at the sessions", e);
        }
    }

    /** The sessions of this database. */
    private List<Long> all(Connection connection) throws SQLException {
        String sql =
                kind == Kind.POSTGRES
                        ? "select pid from pg_stat_activity where datname = '%s'"
                        : "select id from information_schema.processlist where db = '%s'";
        return numbers(connection, sql.formatted(database.name()));
    }

    /** Kills each session of this database that a dice picks. */
    int killSome(Dice dice) throws SQLException {
        int killed = 0;
        try (Connection connection = administer()) {
            for (long one : all(connection)) {
                if (dice.picks()) {
                    kill(connection, one);
                    killed++;
                }
            }
        }
        return killed;
    }

    /** Says yes or no. */
    interface Dice {
        boolean picks();
    }

    private static List<Long> numbers(Connection connection, String sql) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                numbers.add(rows.getLong(1));
            }
        }
        return numbers;
    }
}
