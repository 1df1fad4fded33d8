package org.leftfold.cli;

import org.jspecify.annotations.Nullable;
import org.leftfold.cli.store.DatabaseLogin;
import org.leftfold.cli.store.OpenStore;
import org.leftfold.cli.store.Secrets;
import org.leftfold.cli.store.StorePlace;
import org.leftfold.cli.terminal.Console;
import picocli.CommandLine.Option;

/** Which store a command works on. */
final class StoreOption {
    @Option(
            names = "--store",
            required = true,
            paramLabel = "STORE",
            description = {
                "The directory of the store, or the address of its database:",
                "jdbc:postgresql://HOST/DATABASE, jdbc:mariadb://... or jdbc:mysql://...",
            })
    private String text = "";

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = {
                "The user of the database, if its address names none. The password stands",
                "in the environment variable " + Secrets.PASSWORD + ".",
            })
    private @Nullable String user;

    @Option(
            names = "--table-prefix",
            paramLabel = "NAME",
            description = "What the names of the tables begin with, if not with leftfold_.")
    private @Nullable String tablePrefix;

    @Option(
            names = "--accept-loss",
            description = "Use a database server even if its settings lose events in a crash.")
    private boolean acceptsLoss;

    /** Where the store is. */
    StorePlace place(Console console) {
        String password = console.environment().get(Secrets.PASSWORD);
        return StorePlace.of(text, new DatabaseLogin(user, password, tablePrefix, acceptsLoss));
    }

    /** Opens the store for writing, and creates it if it is not there. */
    OpenStore open(Console console) {
        return place(console).open(console);
    }

    /**
     * Opens the store for reading, also while another process writes to it; remarks go to the
     * console.
     */
    OpenStore openReadOnly(Console console) {
        return place(console).openReadOnly(console);
    }

    /** Opens a store that is there for writing; remarks go to the console. */
    OpenStore openExisting(Console console) {
        return place(console).openExisting(console);
    }
}
