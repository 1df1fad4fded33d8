package org.leftfold.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A running database server on loopback, with a data directory of its own. It listens for TCP
 * connections only, and its user may do everything. {@link #close} ends it and deletes its
 * directory; so does the end of this JVM, also a violent one. Thread-safe.
 */
public final class DatabaseServer implements AutoCloseable {
    /** Another process can take the port between our look and the server's. */
    private static final int PORT_ATTEMPTS = 5;

    private static final Set<DatabaseServer> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(DatabaseServer::endAll, "end of the servers"));
    }

    private final ServerKind kind;
    private final ServerOptions options;
    private final boolean shared;
    private final LogTail log = new LogTail();
    private final AtomicInteger databases = new AtomicInteger();
    private final Places places;
    private int port; // set once, before others see this object
    private @Nullable ServerProcess process; // guarded by this; null while the server is down
    private @Nullable SharedMemory leftBehind; // guarded by this
    private boolean closed; // guarded by this

    private DatabaseServer(ServerKind kind, ServerOptions options, boolean shared)
            throws IOException {
        this.kind = kind;
        this.options = options;
        this.shared = shared;
        this.places = Places.make(options);
    }

    static DatabaseServer start(ServerKind kind, ServerOptions options, boolean shared) {
        Path template = kind.template();
        try {
            DatabaseServer server = new DatabaseServer(kind, options, shared);
            OPEN.add(server);
            try {
                Directories.copy(template, server.places.data());
                server.startOnFreePort();
            } catch (IOException | RuntimeException e) {
                server.end();
                throw e;
            }
            return server;
        } catch (IOException e) {
            throw new ServerFailedException("cannot start a server", e);
        }
    }

    private synchronized void startOnFreePort() throws IOException {
        for (int attempt = 1; process == null; attempt++) {
            port = Ports.free();
            try {
                launch();
            } catch (ServerFailedException e) {
                boolean taken = log.text().contains("Address already in use");
                if (!taken || attempt == PORT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private synchronized void launch() throws IOException {
        process =
                ServerProcess.start(
                        kind,
                        kind.command(places, port, options),
                        options.environment(),
                        places,
                        log);
        leftBehind = null;
    }

    /** The port on loopback, the same for the whole life of this server. */
    public int port() {
        return port;
    }

    /** The name of a user who may do everything. */
    public String user() {
        return ServerKind.USER;
    }

    /** The password of that user. */
    public String password() {
        return ServerKind.USER;
    }

    /** The address for a JDBC driver; further parameters follow after {@code &}. */
    public String jdbcUrl(String database) {
        return jdbcUrl(database, port);
    }

    /** The address of a proxy before this server, for a JDBC driver. */
    public String jdbcUrl(String database, int proxyPort) {
        return kind.jdbcUrl(proxyPort, database);
    }

    /** Where the server keeps its data. */
    public Path dataDirectory() {
        return places.data();
    }

    /** The last lines of the server's log, over all its starts. */
    public String log() {
        return log.text();
    }

    /** Process number of the running server, which is the parent of its other processes. */
    public synchronized long pid() {
        return running().pid();
    }

    /**
     * Makes an empty database.
     *
     * @param name small letters, digits and underscores
     * @throws ServerFailedException if the server refuses, for instance because it exists
     */
    public Database createDatabase(String name) {
        if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
            throw new IllegalArgumentException("no name for a database: " + name);
        }
        String url = jdbcUrl(kind.systemDatabase());
        try (Connection connection = DriverManager.getConnection(url, user(), password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new ServerFailedException("cannot create database " + name, e);
        }
        return new Database(this, name);
    }

    /** Makes an empty database with a name that no other has; cheap beside a server's start. */
    public Database newDatabase() {
        return createDatabase("test_" + databases.incrementAndGet());
    }

    /**
     * Kills the server with all its processes (SIGKILL), as a crash would, and returns when none is
     * left. Its files stay as they are.
     *
     * @throws IllegalStateException if it is shared with others, or not running
     */
    public synchronized void kill() {
        refuseIfShared();
        ServerProcess killed = running();
        try {
            leftBehind = SharedMemory.of(killed.processes());
            process = null;
            killed.kill();
        } catch (IOException e) {
            throw new ServerFailedException("cannot kill the server", e);
        }
    }

    /**
     * Starts the server again on the same data and port; stops it in good order before, if it runs.
     *
     * @throws IllegalStateException if it is shared with others, or closed
     * @throws ServerFailedException if it does not start; it is down then
     */
    public synchronized void restart() {
        refuseIfShared();
        if (closed) {
            throw new IllegalStateException("this server is closed");
        }
        try {
            if (process != null) {
                ServerProcess stopped = process;
                process = null;
                stopped.end(kind.stopSignal());
            }
            launch();
        } catch (IOException e) {
            throw new ServerFailedException("cannot restart the server", e);
        }
    }

    /**
     * Ends the server and deletes its directory. No effect on a closed one.
     *
     * @throws IllegalStateException if it is shared with others: it lives as long as this JVM
     */
    @Override
    public void close() {
        refuseIfShared();
        try {
            end();
        } catch (IOException e) {
            throw new ServerFailedException("cannot clean up after the server", e);
        }
    }

    private synchronized void end() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (process != null) {
                ServerProcess ended = process;
                process = null;
                ended.end(kind.endSignal());
            }
            if (leftBehind != null) {
                leftBehind.remove();
            }
        } finally {
            places.delete();
            OPEN.remove(this);
        }
    }

    private static void endAll() {
        for (DatabaseServer server : OPEN) {
            try {
                server.end();
            } catch (IOException | RuntimeException e) {
                // The watcher does it, as soon as this JVM is gone.
                server.log.add("(not ended at the end of the JVM: " + e + ")");
            }
        }
    }

    Wire newWire() {
        return kind.newWire();
    }

    private ServerProcess running() {
        if (process == null) {
            throw new IllegalStateException("this server is down");
        }
        return process;
    }

    private void refuseIfShared() {
        if (shared) {
            throw new IllegalStateException("this server is shared: start one of your own");
        }
    }

    @Override
    public String toString() {
        return kind.jdbcUrl(port, "");
    }
}
