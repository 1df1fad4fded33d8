package org.leftfold.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.leftfold.servers.Database;
import org.leftfold.servers.DatabaseServer;
import org.leftfold.servers.MariaDbServer;
import org.leftfold.servers.PostgresServer;
import org.leftfold.servers.ServerOptions;

/** A kind of database that tests run on. */
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
            DatabaseServer server =
                    this == POSTGRES ? PostgresServer.shared() : MariaDbServer.shared();
            shared = pool(server.newDatabase(), 40);
        }
        return shared;
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
}
