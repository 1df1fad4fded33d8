package org.leftfold.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
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

    private static final AtomicLong STORES = new AtomicLong();

    private HikariDataSource shared; // guarded by this

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

    DatabaseServer sharedServer() {
        return this == POSTGRES ? PostgresServer.shared() : MariaDbServer.shared();
    }

    /** Connections to an empty database of that server. */
    HikariDataSource newDatabase() {
        return pool(sharedServer().newDatabase(), 4);
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
            for (String table :
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
                            "processed_messages")) {
                statement.execute(options.tables().sql("drop table {" + table + "}"));
            }
        } catch (SQLException e) {
            throw new AssertionError("the tables of a test could not be removed", e);
        }
    }
}
