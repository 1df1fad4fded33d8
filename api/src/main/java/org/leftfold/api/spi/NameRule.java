package org.leftfold.api.spi;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Limits;

/**
 * The one rule for names of followers, leases, owners, subjects and kinds of state: 1 to {@value
 * Limits#MAX_NAME_BYTES} bytes of UTF-8, not blank, without control characters and half surrogate
 * pairs. For those who implement the contracts of this package; a name is checked before anything
 * else is done. Names are compared as they are written, case included. Stateless.
 */
public final class NameRule {
    private static final int SHOWN_CHARS = 60;

    private NameRule() {}

    /**
     * Returns a name that is allowed.
     *
     * @param what what it names, for the text of the error
     * @throws InvalidRequestException if it is null or not allowed (LF-1001); the text shows it
     */
    public static String check(String what, @Nullable String value) {
        return check(what, value, true);
    }

    /**
     * Returns a name that is allowed and may itself be personal data.
     *
     * @param what what it names, for the text of the error
     * @throws InvalidRequestException if it is null or not allowed (LF-1001); the text does not
     *     show it
     */
    public static String checkUnseen(String what, @Nullable String value) {
        return check(what, value, false);
    }

    private static String check(String what, @Nullable String value, boolean shown) {
        if (value == null) {
            throw InvalidRequestException.name(what, "", "it is null");
        }
        String why = problemOf(value);
        if (!why.isEmpty()) {
            throw InvalidRequestException.name(what, shown ? shown(value) : "...", why);
        }
        return value;
    }

    private static String problemOf(String value) {
        if (isPlain(value)) {
            return "";
        }
        if (value.isBlank()) {
            return "it is blank";
        }
        for (int i = 0; i < value.length(); ) {
            int codePoint = value.codePointAt(i);
            if (isForbidden(codePoint)) {
                return "character U+%04X at index %d cannot be part of it".formatted(codePoint, i);
            }
            i += Character.charCount(codePoint);
        }
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        return bytes > Limits.MAX_NAME_BYTES
                ? "it takes %d bytes of UTF-8, %d are allowed"
                        .formatted(bytes, Limits.MAX_NAME_BYTES)
                : "";
    }

    /** What most names are, and is told quickly: ASCII, without blanks, short. */
    private static boolean isPlain(String value) {
        int length = value.length();
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c >= 0x7F) {
                return false;
            }
        }
        return length > 0 && length <= Limits.MAX_NAME_BYTES;
    }

    private static boolean isForbidden(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL || type == Character.SURROGATE;
    }

    private static String shown(String value) {
        StringBuilder text = new StringBuilder();
        value.codePoints()
                .limit(SHOWN_CHARS)
                .forEach(c -> {
                    if (isForbidden(c)) {
                        text.append("\\u{%X}".formatted(c));
                    } else {
                        text.appendCodePoint(c);
                    }
                });
        return value.codePointCount(0, value.length()) > SHOWN_CHARS
                ? text.append("...").toString()
                : text.toString();
    }
}
