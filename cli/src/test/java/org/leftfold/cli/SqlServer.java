package org.leftfold.cli;

import static org.leftfold.cli.Command.leftfoldIn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.leftfold.servers.Database;
import org.leftfold.servers.DatabaseServer;
import org.leftfold.servers.MariaDbServer;
import org.leftfold.servers.PostgresServer;
import org.leftfold.servers.ServerOptions;

/** A kind of database server that commands are tried on. */
enum SqlServer {
    POSTGRES,
    MARIADB;

    /** The server that all tests share. */
    DatabaseServer shared() {
        return this == POSTGRES ? PostgresServer.shared() : MariaDbServer.shared();
    }

    /** A server of its own. */
    DatabaseServer start(ServerOptions options) {
        return this == POSTGRES ? PostgresServer.start(options) : MariaDbServer.start(options);
    }

    /** An empty database. */
    Database newDatabase() {
        return shared().newDatabase();
    }

    /** The address of a database without its parameters. */
    static String shown(Database database) {
        return database.jdbcUrl().replaceFirst("\\?.*", "");
    }

    /**
     * What a command says about a store in a database, with user and password as they should be.
     */
    static Command.Result on(Database database, Object... words) {
        return onWithInput(database, "", words);
    }

    /** The same with a text on the standard input. */
    static Command.Result onWithInput(Database database, String input, Object... words) {
        List<Object> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--store", database.jdbcUrl(), "--user", database.user()));
        return leftfoldIn(password(database.password()), input, all.toArray());
    }

    /** The environment with a password. */
    static Map<String, String> password(String password) {
        return Map.of("LEFTFOLD_PASSWORD", password);
    }
}
