package org.leftfold.cli.store;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.leftfold.cli.intake.InputException;

/**
 * The address of a database, as drivers take it.
 *
 * @param isPostgres whether it is PostgreSQL; else MariaDB or MySQL
 * @param url the address for the driver, which may hold a password
 * @param shown the address without its parameters
 */
record DatabaseAddress(boolean isPostgres, String url, String shown) {
    private static final Pattern ADDRESS =
            Pattern.compile("(?i)jdbc:(postgresql|mariadb|mysql):([^?]*)(\\?.*)?");
    private static final Pattern NAMES_DATABASE = Pattern.compile("//.*/[^/]+|[^/]+");
    private static final Pattern USER = Pattern.compile("(?i)[?&]user=.");
    private static final Pattern PASSWORD = Pattern.compile("(?i)[?&]password=.");

    /**
     * Reads an address.
     *
     * @throws InputException if it is none of a database that can hold a store
     */
    static DatabaseAddress parse(String text) {
        Matcher parts = ADDRESS.matcher(text);
        if (!parts.matches()) {
            throw InputException.because(
                    ("'%s' is no address of a store: it begins with jdbc:postgresql://,"
                                    + " jdbc:mariadb:// or jdbc:mysql://")
                            .formatted(withoutRest(text)));
        }
        String scheme = parts.group(1).toLowerCase(Locale.ROOT);
        String place = parts.group(2);
        if (place.contains("@")) {
            throw InputException.because(
                    ("user and password cannot stand before the host of jdbc:%s: give --user NAME,"
                                    + " and the password in the environment variable %s")
                            .formatted(scheme, Secrets.PASSWORD));
        }
        if (!NAMES_DATABASE.matcher(place).matches()) {
            throw InputException.because(
                    "the address names no database: jdbc:%s://HOST:PORT/DATABASE is needed"
                            .formatted(scheme));
        }
        boolean isPostgres = scheme.equals("postgresql");
        String parameters = parts.group(3) == null ? "" : parts.group(3);
        return new DatabaseAddress(
                isPostgres,
                "jdbc:" + (isPostgres ? scheme : "mariadb") + ":" + place + parameters,
                "jdbc:" + scheme + ":" + place);
    }

    /** The beginning, which holds no secret. */
    private static String withoutRest(String text) {
        return text.replaceFirst("^(jdbc:[A-Za-z0-9+.-]*:?)(?s:.*)$", "$1");
    }

    /** Whether it names a user. */
    boolean hasUser() {
        return USER.matcher(url).find();
    }

    /** Whether it holds a password. */
    boolean hasPassword() {
        return PASSWORD.matcher(url).find();
    }

    /** The name of the database. */
    String database() {
        return shown.substring(Math.max(shown.lastIndexOf('/'), shown.lastIndexOf(':')) + 1);
    }

    /** Keeps the password to itself. */
    @Override
    public String toString() {
        return shown;
    }
}
