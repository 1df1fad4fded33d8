package org.leftfold.jdbc.sql;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.leftfold.api.InvalidRequestException;

/**
 * The names of a store's tables, which all begin alike.
 *
 * @param prefix what they begin with
 */
public record Tables(String prefix) {
    private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9_]{0,23}");
    private static final Pattern TABLE = Pattern.compile("\\{([a-z_]+)}");

    /**
     * Checks the prefix.
     *
     * @throws InvalidRequestException if it is no plain lower-case name (LF-1001)
     */
    public Tables {
        if (!PREFIX.matcher(prefix).matches()) {
            throw InvalidRequestException.name(
                    "table prefix",
                    prefix,
                    "it needs 1 to 24 characters of a-z, 0-9 and _, beginning with a letter");
        }
    }

    /** A statement in which every <code>{table}</code> is replaced by the table's full name. */
    public String sql(String template) {
        return TABLE.matcher(template).replaceAll(Matcher.quoteReplacement(prefix) + "$1");
    }
}
