package org.leftfold.api;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/** The one rule for every name: 1 to 255 bytes of UTF-8, NFC, nothing invisible. */
final class Names {
    private static final String BIDI_CONTROLS =
            "\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\uFEFF";

    private Names() {}

    /** Returns {@code value} when it is a legal name for a {@code what}; refuses it otherwise. */
    static String check(String what, String value) {
        if (value.isEmpty()) {
            throw refuse(what, value, "it is empty");
        }
        if (isPlainAscii(value)) {
            if (value.length() > Limits.MAX_NAME_BYTES) {
                throw tooLong(what, value, value.length());
            }
            return value;
        }
        checkUnicode(what, value);
        return value;
    }

    /** Returns {@code value} when it is a legal name of a category; refuses it otherwise. */
    static String checkCategory(String value) {
        check("category", value);
        if (value.indexOf('-') >= 0) {
            throw refuse("category", value, "it contains '-', which ends a category");
        }
        return value;
    }

    private static boolean isPlainAscii(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }

    private static void checkUnicode(String what, String value) {
        for (int i = 0; i < value.length(); ) {
            int codePoint = value.codePointAt(i);
            if (isForbidden(codePoint)) {
                throw refuse(
                        what,
                        value,
                        "character U+%04X at index %d is invisible".formatted(codePoint, i));
            }
            i += Character.charCount(codePoint);
        }
        if (!Normalizer.isNormalized(value, Normalizer.Form.NFC)) {
            throw refuse(what, value, "it is not in Unicode normal form C; normalise it first");
        }
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Limits.MAX_NAME_BYTES) {
            throw tooLong(what, value, bytes);
        }
    }

    /**
     * Control characters, half surrogates, line separators, and what changes the direction of text
     * unseen.
     */
    private static boolean isForbidden(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            case Character.UNASSIGNED -> true; // nobody knows yet what its normal form will be
            case Character.FORMAT -> BIDI_CONTROLS.indexOf(codePoint) >= 0;
            default -> false;
        };
    }

    private static InvalidRequestException tooLong(String what, String value, int bytes) {
        return refuse(
                what,
                value,
                "it takes %d bytes of UTF-8, %d are allowed"
                        .formatted(bytes, Limits.MAX_NAME_BYTES));
    }

    static InvalidRequestException refuse(String what, String value, String why) {
        return InvalidRequestException.name(what, shown(value), why);
    }

    /** The value made safe for a message: short, with nothing invisible. */
    static String shown(String value) {
        StringBuilder text = new StringBuilder();
        value.codePoints()
                .limit(60)
                .forEach(c -> {
                    if (isForbidden(c)) {
                        text.append("\\u{%X}".formatted(c));
                    } else {
                        text.appendCodePoint(c);
                    }
                });
        return value.codePointCount(0, value.length()) > 60
                ? text.append("...").toString()
                : text.toString();
    }

    /** Bytes that a text with whole surrogate pairs takes as UTF-8. */
    static int utf8Bytes(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2; // a pair: 2 chars, 4 bytes
            }
        }
        return bytes;
    }
}
