package org.leftfold.servers;

import java.nio.file.Path;
import java.util.List;

/** What differs between the servers. Thread-safe: holds no state but paths. */
interface ServerKind {
    /** The name of user and password alike. */
    String USER = "leftfold";

    /** An initialised data directory to copy; made at the first call on this machine. */
    Path template();

    /** The command line that starts the server in the foreground. */
    List<String> command(Places places, int port, ServerOptions options);

    /** What stands in the line of the log that says: clients may come. */
    String readyText();

    /** The signal that ends the server in good order, all data in its files. */
    String stopSignal();

    /** The fastest signal that leaves nothing behind on the machine but files. */
    String endSignal();

    /** The address for a JDBC driver. */
    String jdbcUrl(int port, String database);

    /** What a proxy has to know of the protocol, for one connection. */
    Wire newWire();

    /** The database that is always there. */
    String systemDatabase();
}
