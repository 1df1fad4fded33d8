package org.leftfold.cli.store;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.cli.intake.InputException;

/**
 * Says why there is no connection to a database, and what to do.
 *
 * @param address of the database
 * @param user who wanted in, if that was said beside the address
 * @param hasPassword whether there was a password
 */
record LoginProblem(DatabaseAddress address, @Nullable String user, boolean hasPassword) {
    private static final int MARIADB_NO_SUCH_DATABASE = 1049;
    private static final int MARIADB_WRONG_LOGIN = 1045;
    private static final int MARIADB_WRONG_WAY_IN = 1698;
    private static final int MARIADB_NO_RIGHT = 1044;

    private static final int DEEPEST_CAUSE = 8;

    LeftfoldException explain(SQLException error) {
        if (address.isPostgres()) {
            String state = String.valueOf(error.getSQLState());
            return switch (state) {
                case "28P01", "28000" -> refused(error);
                case "08004" -> hasPassword ? noAnswer(error) : refused(error);
                case "3D000" -> noDatabase();
                case "42501" -> noRight(error);
                default -> noAnswer(error);
            };
        }
        return switch (error.getErrorCode()) {
            case MARIADB_WRONG_LOGIN, MARIADB_WRONG_WAY_IN -> refused(error);
            case MARIADB_NO_SUCH_DATABASE -> noDatabase();
            case MARIADB_NO_RIGHT -> noRight(error);
            default -> noAnswer(error);
        };
    }

    private LeftfoldException refused(SQLException error) {
        String whom = user == null ? "the user of the address" : "user '" + user + "'";
        if (user == null && !address.hasUser()) {
            whom = "a user without a name";
        }
        return InputException.because(
                ("the server of %s refused %s %s (%s). Look at --user and at the environment"
                                + " variable %s")
                        .formatted(
                                address.shown(),
                                whom,
                                hasPassword ? "with this password" : "without a password",
                                message(error),
                                Secrets.PASSWORD));
    }

    private LeftfoldException noDatabase() {
        return InputException.because(
                "the server of %s has no database '%s'. Look at the address, or make the database"
                                .formatted(address.shown(), address.database())
                        + " first");
    }

    private LeftfoldException noRight(SQLException error) {
        return new StoreUnavailableException(
                "LF-3011",
                ("the user may not use the database of %s (%s). Nothing was changed. Grant it what"
                                + " docs/sql.md lists for its task, or look at the name of the database.")
                        .formatted(address.shown(), message(error)),
                error);
    }

    private LeftfoldException noAnswer(SQLException error) {
        return new StoreUnavailableException(
                "LF-3009",
                ("there is no connection to %s (%s). Nothing was changed. Look whether the server runs, and"
                                + " at host, port and parameters of the address.")
                        .formatted(address.shown(), message(error)),
                error);
    }

    /** The first line of the error, and that of its deepest cause if that says more. */
    private static String message(SQLException error) {
        Throwable cause = error;
        for (int i = 0; i < DEEPEST_CAUSE && cause.getCause() != null; i++) {
            cause = cause.getCause();
        }
        String text = firstLine(error);
        String deepest = firstLine(cause);
        return text.contains(deepest) ? text : text + ": " + deepest;
    }

    private static String firstLine(Throwable error) {
        return String.valueOf(error.getMessage()).lines().findFirst().orElse("").strip();
    }
}
