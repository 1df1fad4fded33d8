package org.leftfold.servers;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The servers that live as long as this JVM, one of a kind. Thread-safe. */
final class SharedServers {
    static final SharedServers POSTGRES = new SharedServers();
    static final SharedServers MARIADB = new SharedServers();

    private @Nullable DatabaseServer server; // guarded by this

    private SharedServers() {}

    /** The server; the first caller starts it, and the next one tries again if that fails. */
    synchronized DatabaseServer get(Supplier<DatabaseServer> start) {
        if (server == null) {
            server = start.get();
        }
        return server;
    }
}
