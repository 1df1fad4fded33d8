package org.leftfold.cli.xes;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HexFormat;
import org.leftfold.api.Limits;

/**
 * Makes names of a log fit the rules of the store, the same way every time: normal form C;
 * invisible characters become {@code _}; what is too long is cut. A name that was cut or lost a
 * character ends in {@code ~} and part of its hash, so that different names stay different.
 */
final class LegalNames {
    private static final int MAX_CATEGORY_BYTES = 100; // leaves room for the name of the trace
    private static final int HASH_DIGITS = 16;
    private static final String BIDI_CONTROLS =
            "\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\uFEFF";

    private LegalNames() {}

    /** A legal name made from any text that is not empty. */
    static String of(String text) {
        return of(text, Limits.MAX_NAME_BYTES);
    }

    /** A legal category made from any text: also without {@code -}, spaces and separators. */
    static String category(String text) {
        String name = text.strip().replaceAll("[\\s/\\\\:-]+", "_");
        return name.isEmpty() ? "log" : of(name, MAX_CATEGORY_BYTES);
    }

    private static String of(String text, int maxBytes) {
        StringBuilder visible = new StringBuilder(text.length());
        text.codePoints().forEach(c -> visible.appendCodePoint(isForbidden(c) ? '_' : c));
        boolean changed = !visible.toString().contentEquals(text);
        String name = Normalizer.normalize(visible, Normalizer.Form.NFC);
        if (!changed && bytes(name) <= maxBytes) {
            return name;
        }
        String suffix = "~" + sha256Hex(text).substring(0, HASH_DIGITS);
        return cut(name, maxBytes - suffix.length()) + suffix;
    }

    private static String cut(String name, int maxBytes) {
        int end = 0;
        int bytes = 0;
        while (end < name.length()) {
            int codePoint = name.codePointAt(end);
            bytes += bytes(Character.toString(codePoint));
            if (bytes > maxBytes) {
                break;
            }
            end += Character.charCount(codePoint);
        }
        return name.substring(0, end);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** The SHA-256 of a text, in hexadecimal digits. */
    static String sha256Hex(String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(
                    "this JVM has no SHA-256, which every JVM must have", e);
        }
    }

    /** What the store refuses in a name. */
    private static boolean isForbidden(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.UNASSIGNED,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            case Character.FORMAT -> BIDI_CONTROLS.indexOf(codePoint) >= 0;
            default -> false;
        };
    }
}
