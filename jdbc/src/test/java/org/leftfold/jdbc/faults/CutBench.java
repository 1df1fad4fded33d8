package org.leftfold.jdbc.faults;

import com.zaxxer.hikari.HikariDataSource;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.CuttingProxy;
import org.leftfold.servers.Database;
import org.leftfold.servers.DatabaseServer;
import org.leftfold.servers.MariaDbServer;
import org.leftfold.servers.PostgresServer;

/** A database with one store that talks to it directly and one behind a proxy that cuts. */
final class CutBench implements AutoCloseable {
    private final Database database;
    private final CuttingProxy proxy;
    private final HikariDataSource directPool;
    private final HikariDataSource cutPool;
    private final JdbcEventStore direct;
    private final JdbcEventStore cut;

    CutBench(Kind kind) {
        DatabaseServer server =
                kind == Kind.POSTGRES ? PostgresServer.shared() : MariaDbServer.shared();
        this.database = server.newDatabase();
        this.proxy = CuttingProxy.before(server);
        this.directPool = Kind.pool(database, 4);
        this.cutPool = newCutPool();
        this.direct = kind.open(directPool, JdbcOptions.defaults());
        this.cut = kind.open(cutPool, JdbcOptions.defaults());
    }

    Database database() {
        return database;
    }

    HikariDataSource directPool() {
        return directPool;
    }

    CuttingProxy proxy() {
        return proxy;
    }

    /** Another pool of connections through the proxy. */
    HikariDataSource newCutPool() {
        return Kind.pool(proxy.jdbcUrl(database.name()), database.user(), database.password(), 4);
    }

    /** The store that nothing happens to. */
    JdbcEventStore direct() {
        return direct;
    }

    /** The store whose connections are cut. */
    JdbcEventStore cut() {
        return cut;
    }

    /**
     * Lets the store behind the proxy make new connections, so that their making is cut as well.
     */
    void forgetConnections() {
        cutPool.getHikariPoolMXBean().softEvictConnections();
    }

    @Override
    public void close() {
        cut.close();
        direct.close();
        cutPool.close();
        directPool.close();
        proxy.close();
    }
}
