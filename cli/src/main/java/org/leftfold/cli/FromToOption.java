package org.leftfold.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.store.DatabaseLogin;
import org.leftfold.cli.store.DirectoryPlace;
import org.leftfold.cli.store.Secrets;
import org.leftfold.cli.store.StorePlace;
import org.leftfold.cli.terminal.Console;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The store that something is made of, and where that goes. */
final class FromToOption {
    @Parameters(index = "0", paramLabel = "FROM", description = "The store to copy.")
    private String from = "";

    @Parameters(
            index = "1",
            paramLabel = "TO",
            description = "Where the copy goes: a directory, or the address of a database.")
    private String to = "";

    @Option(
            names = "--from-user",
            paramLabel = "NAME",
            description = "The user of the database FROM, if its address names none.")
    private @Nullable String fromUser;

    @Option(
            names = "--to-user",
            paramLabel = "NAME",
            description = "The user of the database TO, if its address names none.")
    private @Nullable String toUser;

    @Option(
            names = "--from-table-prefix",
            paramLabel = "NAME",
            description = "What the names of the tables of FROM begin with, if not with leftfold_.")
    private @Nullable String fromPrefix;

    @Option(
            names = "--to-table-prefix",
            paramLabel = "NAME",
            description = "What the names of the tables of TO begin with, if not with leftfold_.")
    private @Nullable String toPrefix;

    @Option(
            names = "--accept-loss",
            description = "Copy into a database even if its settings lose events in a crash.")
    private boolean acceptsLoss;

    /** The store that is read. */
    StorePlace source(Console console) {
        return StorePlace.of(
                from,
                new DatabaseLogin(
                        fromUser, password(console, Secrets.FROM_PASSWORD), fromPrefix, false));
    }

    /** Where the result goes; no file. */
    StorePlace target(Console console) {
        StorePlace target =
                StorePlace.of(
                        to,
                        new DatabaseLogin(
                                toUser,
                                password(console, Secrets.TO_PASSWORD),
                                toPrefix,
                                acceptsLoss));
        if (target instanceof DirectoryPlace directory) {
            directory.requireNoFile("TO");
        }
        return target;
    }

    private static @Nullable String password(Console console, String variable) {
        String own = console.environment().get(variable);
        return own == null ? console.environment().get(Secrets.PASSWORD) : own;
    }

    /** Refuses to go on where both are one directory. */
    static void requireTwo(StorePlace source, StorePlace target) throws IOException {
        Optional<Path> one = source.directory();
        Optional<Path> other = target.directory();
        boolean areSame =
                one.isPresent()
                        && other.isPresent()
                        && Files.exists(one.get())
                        && Files.exists(other.get())
                        && Files.isSameFile(one.get(), other.get());
        if (areSame) {
            throw sameStore(source, target);
        }
    }

    static InputException sameStore(StorePlace source, StorePlace target) {
        return InputException.because(
                "%s and %s are the same store; nothing was copied"
                        .formatted(source.shown(), target.shown()));
    }
}
