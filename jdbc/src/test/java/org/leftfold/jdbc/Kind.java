package org.leftfold.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.leftfold.servers.Database;
import org.leftfold.servers.DatabaseServer;
import org.leftfold.servers.MariaDbServer;
import org.leftfold.servers.PostgresServer;
import org.leftfold.servers.ServerOptions;

/** A kind of database that tests run on. */
@SuppressWarnings("ImmutableEnumChecker") // the pool is made once, when the first test asks for it
public enum Kind {
    POSTGRES,
    MARIADB;

    private static final List<String> TABLES =
            List.of(
                    "store",
                    "streams",
                    "kinds",
                    "events",
                    "tags",
                    "acts",
                    "snapshots",
                    "checkpoints",
                    "leases",
                    "processed_messages");
    private static final AtomicLong STORES = new AtomicLong();

    private HikariDataSource shared; // guarded by this
    private final Deque<JdbcOptions> emptied = new ConcurrentLinkedDeque<>();

    /** A server of its own. */
    public DatabaseServer start() {
        return start(ServerOptions.STANDARD);
    }

    /** A server of its own, started in a certain way. */
    public DatabaseServer start(ServerOptions options) {
        return this == POSTGRES ? PostgresServer.start(options) : MariaDbServer.start(options);
    }

    /** Connections to one database of a server that all tests share. */
    public synchronized DataSource shared() {
        if (shared == null) {
            shared = pool(sharedServer().newDatabase(), 40);
        }
        return shared;
    }

    /**
     * Tables for a store in the shared database, empty or not made yet. To make and to drop them
     * takes longer than most tests, and a server gets slower with the tables it has.
     */
    JdbcOptions borrowTables() {
        JdbcOptions known = emptied.poll();
        return known == null ? ownTables() : known;
    }

    /** Empties tables, which somebody else may borrow then. */
    void giveBackTables(JdbcOptions options) {
        empty(shared(), options);
        emptied.add(options);
    }

    /** Empties the tables of a store, which nobody has open; its epoch stays. */
    public static void empty(DataSource source, JdbcOptions options) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String table : TABLES) {
                if (!table.equals("store")) {
                    statement.addBatch(options.tables().sql("delete from {" + table + "}"));
                }
            }
            if (connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")) {
                statement.addBatch(options.tables().sql("truncate {kind_blocks}"));
            }
            statement.executeBatch();
            connection.commit();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            throw new AssertionError("the tables of a test could not be emptied", e);
        }
    }

    /** A new database on the server that all tests share. */
    public Database newDatabase() {
        return sharedServer().newDatabase();
    }

    DatabaseServer sharedServer() {
        return this == POSTGRES ? PostgresServer.shared() : MariaDbServer.shared();
    }

    /** Connections to a new database on the server that all tests share. */
    public HikariDataSource newPool(int connections) {
        return pool(newDatabase(), connections);
    }

    /** A pool of connections to a database. */
    public static HikariDataSource pool(Database database, int connections) {
        return pool(database.jdbcUrl(), database.user(), database.password(), connections);
    }

    /** A pool of connections to an address. */
    public static HikariDataSource pool(String url, String user, String password, int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(2_000);
        config.setIdleTimeout(10_000);
        return new HikariDataSource(config);
    }

    /** Options for a store of its own in a database that others use too. */
    public static JdbcOptions ownTables() {
        return JdbcOptions.defaults().tablePrefix("t" + STORES.incrementAndGet() + "_");
    }

    /** A store in a database. */
    public JdbcEventStore open(DataSource source, JdbcOptions options) {
        return this == POSTGRES
                ? PostgresEventStore.open(source, options)
                : MariaDbEventStore.open(source, options);
    }

    /** A new store in the database that all tests share. */
    public JdbcEventStore open() {
        return open(shared(), ownTables());
    }

    /** Removes the tables of a store from the database that all tests share. */
    void dropTables(JdbcOptions options) {
        dropTables(shared(), options);
    }

    void dropTables(DataSource from, JdbcOptions options) {
        try (Connection connection = from.getConnection();
                Statement statement = connection.createStatement()) {
            for (String view : List.of("events_readable", "stream_versions")) {
                statement.execute(options.tables().sql("drop view {" + view + "}"));
            }
            for (String table : TABLES) {
                statement.execute(options.tables().sql("drop table {" + table + "}"));
            }
            statement.execute(options.tables().sql("drop table if exists {kind_blocks}"));
        } catch (SQLException e) {
            throw new AssertionError("the tables of a test could not be removed", e);
        }
    }
}
