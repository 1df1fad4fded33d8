package org.leftfold.cli.store;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import org.leftfold.api.VerificationReport;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.terminal.Console;
import org.leftfold.io.Directory;
import org.leftfold.io.Machine;

/** Where a store is, or will be: a directory, or tables of a database. */
public interface StorePlace {
    /** What looks like an address, and may hold a password. */
    Pattern ADDRESS = Pattern.compile("(?i)[a-z][a-z0-9+.-]+:/(?s:.*)");

    /** What every address of a database begins with. */
    String JDBC = "jdbc:";

    /**
     * The place that a text names.
     *
     * @param text a directory, or an address that begins with {@code jdbc:}
     * @param login what a database needs besides
     * @throws InputException if there can be no store
     */
    static StorePlace of(String text, DatabaseLogin login) {
        if (isDatabase(text)) {
            return DatabasePlace.of(text, login);
        }
        if (ADDRESS.matcher(text).matches()) {
            throw InputException.because(
                    "a store is a directory, or an address that begins with jdbc:postgresql://,"
                            + " jdbc:mariadb:// or jdbc:mysql://; this is an address of another kind");
        }
        login.requireNone(text);
        return new DirectoryPlace(Path.of(text));
    }

    /** Whether a text is the address of a database. */
    static boolean isDatabase(String text) {
        return text.toLowerCase(Locale.ROOT).startsWith(JDBC);
    }

    /** Its name for messages, without secrets. */
    String shown();

    /** The directory, if it is one. */
    Optional<Path> directory();

    /** Where files may stand beside the store; empty for a database. */
    default Optional<Directory> sideFiles() {
        return directory().map(path -> Machine.system(path).directory());
    }

    /**
     * Refuses to go on where there is no store; none is created.
     *
     * @throws InputException if there is none
     */
    void requireStore();

    /** Opens the store for writing, and creates it if it is not there. */
    OpenStore open(Console console);

    /** Opens a store that is there for reading, also while others write to it. */
    OpenStore openReadOnly(Console console);

    /** Opens a store that is there for writing. */
    OpenStore openExisting(Console console);

    /** Reads all that is stored and compares it with its checksums and rules. */
    VerificationReport verify(Console console, LongConsumer progress);
}
