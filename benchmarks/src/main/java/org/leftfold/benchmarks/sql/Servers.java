package org.leftfold.benchmarks.sql;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.leftfold.benchmarks.stores.BenchStore;
import org.leftfold.benchmarks.stores.StoreKind;
import org.leftfold.servers.DatabaseServer;
import org.leftfold.servers.MariaDbServer;
import org.leftfold.servers.PostgresServer;
import org.leftfold.servers.ServerOptions;

/**
 * One PostgreSQL for all who need one, and one MariaDB, each started when it is first asked for,
 * with the durability that a production server has. For one thread.
 */
public final class Servers implements Closeable {
    /** Enough for six pools of 32 connections, and those that look on. */
    private static final String MAX_CONNECTIONS = "500";

    /** Memory and log as they are usual on a server; all else, durability too, as it comes. */
    private static final ServerOptions POSTGRES =
            ServerOptions.STANDARD
                    .with("max_connections", MAX_CONNECTIONS)
                    .with("shared_buffers", "1GB")
                    .with("max_wal_size", "8GB");

    private static final ServerOptions MARIADB =
            ServerOptions.STANDARD
                    .with("max_connections", MAX_CONNECTIONS)
                    .with("innodb_buffer_pool_size", "3G")
                    .with("innodb_log_file_size", "2G");

    private final Path directory;
    private final @Nullable Path messageDb;
    private final AtomicInteger databases = new AtomicInteger();
    private @Nullable DatabaseServer postgres;
    private @Nullable DatabaseServer mariadb;

    /**
     * None is started yet.
     *
     * @param directory where the servers keep their data
     * @param messageDb the package of message-db, if it is there
     */
    public Servers(Path directory, @Nullable Path messageDb) {
        this.directory = directory;
        this.messageDb = messageDb;
    }

    /** Opens a store in an empty database, which is dropped when the store is closed. */
    public BenchStore open(StoreKind kind) throws Exception {
        OwnDatabase database = newDatabase(kind);
        try {
            return switch (kind) {
                case LEFTFOLD_POSTGRESQL, LEFTFOLD_MARIADB -> new LeftfoldSqlStore(database);
                case AXON, AXON_MARIADB -> new AxonStore(database);
                case PEKKO -> new PekkoStore(database);
                case MESSAGE_DB -> new MessageDbStore(database, messageDbScripts());
                case PLAIN -> new PlainStore(database);
                default -> throw new IllegalArgumentException(kind + " needs no server");
            };
        } catch (Exception | Error e) {
            try {
                database.close();
            } catch (IOException | RuntimeException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    /** An empty database on the server of a store. */
    public OwnDatabase newDatabase(StoreKind kind) throws IOException {
        DatabaseServer server = kind.isOnMariaDb() ? mariadb() : postgres();
        String name = kind.label().replace('-', '_') + databases.incrementAndGet();
        String parameters =
                kind == StoreKind.MESSAGE_DB ? "&currentSchema=message_store,public" : "";
        // As an application of Spring sets it where it matters: half of Axon's round trips.
        boolean isAutoCommit = kind != StoreKind.AXON_MARIADB;
        return new OwnDatabase(server.createDatabase(name), parameters, isAutoCommit);
    }

    private Path messageDbScripts() {
        if (messageDb == null) {
            throw new IllegalStateException("message-db needs --message-db");
        }
        return messageDb.resolve("database");
    }

    private DatabaseServer postgres() throws IOException {
        if (postgres == null) {
            Files.createDirectories(directory);
            postgres = PostgresServer.start(POSTGRES.in(directory));
        }
        return postgres;
    }

    private DatabaseServer mariadb() throws IOException {
        if (mariadb == null) {
            Files.createDirectories(directory);
            mariadb = MariaDbServer.start(MARIADB.in(directory));
        }
        return mariadb;
    }

    @Override
    public void close() {
        if (postgres != null) {
            postgres.close();
        }
        if (mariadb != null) {
            mariadb.close();
        }
    }
}
