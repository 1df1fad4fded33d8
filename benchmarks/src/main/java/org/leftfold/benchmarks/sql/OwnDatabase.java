package org.leftfold.benchmarks.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.Closeable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.leftfold.servers.Database;

/**
 * A database of a store, and a pool of connections to it. Closing drops the database, with whoever
 * is still in it. Safe for any thread.
 */
public final class OwnDatabase implements Closeable {
    /** The size of every store's pool; from 16 to 64 it makes little difference. */
    public static final int CONNECTIONS = 32;

    private static final int MIN_IDLE = 4;
    private static final long CONNECTION_TIMEOUT_MILLIS = 60_000;

    /** What makes a driver quicker, the same for all. */
    private static final String POSTGRES_PARAMETERS =
            "&prepareThreshold=1&reWriteBatchedInserts=true";

    /** What MariaDB says of a session that is not there. */
    private static final int NO_SUCH_THREAD = 1094;

    private final Database database;
    private final boolean isPostgres;
    private final String url;
    private final boolean isAutoCommit;
    private final List<HikariDataSource> pools = new ArrayList<>(); // guarded by this
    private final DataSource pool;

    /**
     * A database, and the pool.
     *
     * @param parameters more of them for the URL
     * @param isAutoCommit whether connections of a pool come with it; a driver may need a round
     *     trip to change it
     */
    OwnDatabase(Database database, String parameters, boolean isAutoCommit) {
        this.database = database;
        this.isAutoCommit = isAutoCommit;
        this.isPostgres = database.jdbcUrl().startsWith("jdbc:postgresql:");
        this.url = database.jdbcUrl() + (isPostgres ? POSTGRES_PARAMETERS : "") + parameters;
        this.pool = newPool(CONNECTIONS, "store");
    }

    /** Whether it is on PostgreSQL; on MariaDB otherwise. */
    public boolean isPostgres() {
        return isPostgres;
    }

    String url() {
        return url;
    }

    String user() {
        return database.user();
    }

    String password() {
        return database.password();
    }

    /** The pool that the store uses. */
    public DataSource pool() {
        return pool;
    }

    /**
     * One more pool, as another process would have; closed with the database.
     *
     * @param name what PostgreSQL calls its sessions
     */
    public final synchronized DataSource newPool(int connections, String name) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user());
        config.setPassword(password());
        config.setAutoCommit(isAutoCommit);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(Math.min(MIN_IDLE, connections));
        config.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
        if (isPostgres) {
            config.addDataSourceProperty("ApplicationName", name);
        }
        HikariDataSource made = new HikariDataSource(config);
        pools.add(made);
        return made;
    }

    /** A connection that is in no pool. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user(), password());
    }

    /** A connection to another database of the same server. */
    public Connection administer() throws SQLException {
        String other = database.server().jdbcUrl(isPostgres ? "postgres" : "mysql");
        return DriverManager.getConnection(other, user(), password());
    }

    /** The name of the database. */
    public String name() {
        return database.name();
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Statistics, visibility and a checkpoint, as time would bring them. */
    void settle() throws SQLException {
        if (isPostgres) {
            execute("vacuum analyze");
            execute("checkpoint");
        } else {
            analyze("analyze table " + String.join(", ", tables()));
        }
    }

    /** What went wrong is in its rows. */
    private void analyze(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                if (!row.getString("Msg_type").equals("status")
                        || row.getString("Msg_text").equals("Operation failed")) {
                    throw new IllegalStateException(
                            row.getString("Table") + ": " + row.getString("Msg_text"));
                }
            }
        }
    }

    private List<String> tables() throws SQLException {
        String sql =
                "select table_name from information_schema.tables"
                        + " where table_schema = schema() and table_type = 'BASE TABLE'";
        List<String> names = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                names.add(row.getString(1));
            }
        }
        return names;
    }

    /** Bytes of all tables and their indexes. */
    long diskBytes() throws SQLException {
        String sql =
                isPostgres
                        ? "select coalesce(sum(pg_total_relation_size(c.oid)), 0) from pg_class c"
                                + " join pg_namespace n on n.oid = c.relnamespace"
                                + " where c.relkind = 'r' and n.nspname"
                                + " not in ('pg_catalog', 'information_schema', 'pg_toast')"
                        : "select coalesce(sum(file_size), 0)"
                                + " from information_schema.innodb_sys_tablespaces"
                                + " where name like '"
                                + database.name()
                                + "/%'";
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Kills the session of a connection, as an administrator would. */
    public void killSession(Connection connection) throws SQLException {
        String sql = isPostgres ? "select pg_backend_pid()" : "select connection_id()";
        long number = numbers(connection, sql).getFirst();
        try (Connection other = administer()) {
            kill(other, number);
        }
    }

    /**
     * Kills those sessions of this database that a dice picks, on PostgreSQL only those of one
     * pool; returns how many.
     */
    public int killSessions(String pool, BooleanSupplier dice) throws SQLException {
        String sql =
                isPostgres
                        ? "select pid from pg_stat_activity where datname = '%s'"
                                + " and application_name = '%s'"
                        : "select id from information_schema.processlist where db = '%s'";
        int count = 0;
        try (Connection other = administer()) {
            for (long number : numbers(other, sql.formatted(name(), pool))) {
                if (dice.getAsBoolean()) {
                    kill(other, number);
                    count++;
                }
            }
        }
        return count;
    }

    private void kill(Connection other, long number) throws SQLException {
        String sql = isPostgres ? "select pg_terminate_backend(%d)" : "kill connection %d";
        try (Statement statement = other.createStatement()) {
            statement.execute(sql.formatted(number));
        } catch (SQLException e) {
            if (e.getErrorCode() != NO_SUCH_THREAD) { // It has ended by itself.
                throw e;
            }
        }
    }

    private static List<Long> numbers(Connection connection, String sql) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                numbers.add(row.getLong(1));
            }
        }
        return numbers;
    }

    /** A snapshot in a session of its own, until closed. */
    Closeable openSnapshot() throws SQLException {
        Connection connection = connect();
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    isPostgres
                            ? "begin isolation level repeatable read"
                            : "start transaction with consistent snapshot");
            statement.execute("select count(*) from information_schema.tables");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return () -> {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IOException("a session did not end", e);
            }
        };
    }

    @Override
    public synchronized void close() throws IOException {
        pools.forEach(HikariDataSource::close);
        try (Connection connection = administer();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "drop database if exists " + name() + (isPostgres ? " with (force)" : ""));
        } catch (SQLException e) {
            throw new IOException("database " + name() + " was not dropped", e);
        }
    }
}
