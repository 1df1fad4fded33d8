package org.leftfold.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.terminal.Console;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.engine.EmbeddedOptions;
import org.leftfold.io.Directory;
import org.leftfold.io.Machine;
import picocli.CommandLine.Option;

/** Which store a command works on. */
final class StoreOption {
    @Option(
            names = "--store",
            required = true,
            paramLabel = "DIR",
            description = "The directory of the store.")
    private Path path = Path.of("");

    Path path() {
        return path;
    }

    Directory directory() {
        return Machine.system(path).directory();
    }

    /** Opens the store for writing, and creates it if it is not there. */
    EmbeddedEventStore open() {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw InputException.because(
                    "%s is a file; --store needs a directory, which may be new".formatted(path));
        }
        return EmbeddedEventStore.open(path);
    }

    /**
     * Opens the store for reading, also while another process writes to it; remarks go to the
     * console.
     */
    EmbeddedEventStore openReadOnly(Console console) {
        checkExists();
        return EmbeddedEventStore.openReadOnly(path, remarkingTo(console));
    }

    /** Opens a store that is there for writing; remarks go to the console. */
    EmbeddedEventStore openExisting(Console console) {
        checkExists();
        return EmbeddedEventStore.open(path, remarkingTo(console));
    }

    /** The usual options, with a listener whose remarks go to the console. */
    static EmbeddedOptions remarkingTo(Console console) {
        StoreListener remarks =
                new StoreListener() {
                    @Override
                    public void noticed(String text) {
                        console.err().line("note: " + text);
                    }
                };
        return EmbeddedOptions.defaults().listener(remarks);
    }

    /** Refuses to go on where there is no store; none is created. */
    void checkExists() {
        if (!EmbeddedEventStore.exists(path)) {
            String what = Files.isDirectory(path) ? "holds no store" : "does not exist";
            throw InputException.because(
                    ("the directory %s %s. Look at the path, or make a store there:"
                                    + " leftfold import --store %s FILE")
                            .formatted(path, what, path));
        }
    }
}
