package org.leftfold.jdbc.sql;

import java.util.regex.Pattern;
import org.leftfold.api.InvalidRequestException;

/**
 * The names of a store's tables, which all begin alike.
 *
 * @param prefix what they begin with
 */
public record Tables(String prefix) {
    private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9_]{0,23}");

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
        StringBuilder sql = new StringBuilder(template.length() + 2 * prefix.length());
        int from = 0;
        for (int at = template.indexOf('{'); at >= 0; at = template.indexOf('{', from)) {
            int end = template.indexOf('}', at);
            sql.append(template, from, at).append(prefix).append(template, at + 1, end);
            from = end + 1;
        }
        return sql.append(template, from, template.length()).toString();
    }
}
