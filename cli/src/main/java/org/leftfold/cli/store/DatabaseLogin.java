package org.leftfold.cli.store;

import org.jspecify.annotations.Nullable;
import org.leftfold.cli.intake.InputException;

/**
 * What a database needs besides its address.
 *
 * @param user the name of the user, or null if the address has it
 * @param password from the environment, or null
 * @param tablePrefix what the names of the tables begin with, or null for the usual
 * @param acceptsLoss whether a server may be used whose settings lose events in a crash
 */
public record DatabaseLogin(
        @Nullable String user,
        @Nullable String password,
        @Nullable String tablePrefix,
        boolean acceptsLoss) {
    /** Nothing but the address. */
    public static final DatabaseLogin NONE = new DatabaseLogin(null, null, null, false);

    /** Refuses options that mean nothing for a directory; a password may be around. */
    void requireNone(String directory) {
        if (user != null || tablePrefix != null || acceptsLoss) {
            throw InputException.because(
                    ("%s is a directory: a user, a table prefix and accepted loss are for databases"
                                    + " (jdbc:...)")
                            .formatted(directory));
        }
    }

    /** Keeps the password to itself. */
    @Override
    public String toString() {
        return "DatabaseLogin[user=" + user + ", tablePrefix=" + tablePrefix + "]";
    }
}
