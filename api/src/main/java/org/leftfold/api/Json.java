package org.leftfold.api;

import java.nio.charset.StandardCharsets;

/**
 * Whether bytes are one JSON text as RFC 8259 has it: so no comment, no comma too many, no {@code
 * NaN}, no byte order mark. A name that stands twice in an object is well-formed there, and so it
 * is here. One pass, and one small object for each text; for one thread.
 *
 * <p>The method of a part of the grammar begins at its first byte and ends behind its last one. It
 * returns what was expected at {@link #next}, or {@link #NOTHING} if all is well. Brackets that are
 * open are kept as bits instead of calls, so that no text can exhaust the stack.
 */
final class Json {
    /**
     * How deep arrays and objects may lie in each other. Readers of JSON stop at 500 or 1,000, and
     * an event that they refuse had better not be stored.
     */
    static final int MAX_DEPTH = 500;

    private static final String NOTHING = "";
    private static final int END = -1;

    /** By byte: whether it goes into a string as it is. Those above 127 are of UTF-8. */
    private static final boolean[] IS_PLAIN = new boolean[256];

    static {
        for (int i = ' '; i < IS_PLAIN.length; i++) {
            IS_PLAIN[i] = i != '"' && i != '\\';
        }
    }

    private final byte[] text;
    private final long[] isObject = new long[MAX_DEPTH / Long.SIZE + 1];
    private int depth;
    private int next;
    private boolean isBehindBracket; // an array or object was begun, and its first value is next

    private Json(byte[] text) {
        this.text = text;
    }

    /**
     * The bytes of a text that is JSON.
     *
     * @param type of the event, for the message
     * @throws InvalidRequestException if it is none (LF-1014)
     */
    static byte[] checked(String type, String text) {
        for (int i = text.length() - 1; i >= 0; i--) {
            if (Character.isSurrogate(text.charAt(i))) {
                checkPairs(type, text);
                break;
            }
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        Json json = new Json(utf8);
        String expected = json.firstMistake();
        if (!expected.equals(NOTHING)) {
            throw InvalidRequestException.json(
                    type,
                    "at byte %d of %d, expected %s".formatted(json.next, utf8.length, expected));
        }
        return utf8;
    }

    /** An encoder would make a question mark of half a pair. */
    private static void checkPairs(String type, String text) {
        for (int i = 0; i < text.length(); i++) {
            int codePoint = text.codePointAt(i);
            if (Character.getType(codePoint) == Character.SURROGATE) {
                throw InvalidRequestException.json(
                        type,
                        "character %d of %d is half a surrogate pair".formatted(i, text.length()));
            }
            i += Character.charCount(codePoint) - 1;
        }
    }

    private String firstMistake() {
        skipSpace();
        while (true) {
            String expected = valueOrBracket();
            if (!expected.equals(NOTHING)) {
                return expected;
            }
            if (isBehindBracket) {
                continue; // its first value
            }
            expected = behindValue();
            if (!expected.equals(NOTHING)) {
                return expected;
            }
            if (depth == 0) {
                return NOTHING; // behind all
            }
        }
    }

    /** A scalar, an empty array or object, or the beginning of one up to its first value. */
    private String valueOrBracket() {
        isBehindBracket = false;
        int first = peek();
        return switch (first) {
            case '"' -> string();
            case '{', '[' -> bracket(first == '{');
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> "a value";
        };
    }

    private String bracket(boolean object) {
        if (depth == MAX_DEPTH) {
            return "at most %d brackets in each other".formatted(MAX_DEPTH);
        }
        long bit = 1L << (depth & 63);
        isObject[depth >> 6] = object ? isObject[depth >> 6] | bit : isObject[depth >> 6] & ~bit;
        depth++;
        next++;
        skipSpace();
        if (peek() == (object ? '}' : ']')) {
            return NOTHING; // whoever comes behind values closes it
        }
        isBehindBracket = true;
        return object ? name("a name or '}'") : NOTHING;
    }

    /** Closes brackets, up to the next value or the end of the text. */
    private String behindValue() {
        while (true) {
            skipSpace();
            if (depth == 0) {
                return next == text.length ? NOTHING : "the end";
            }
            boolean object = (isObject[(depth - 1) >> 6] & 1L << ((depth - 1) & 63)) != 0;
            int found = peek();
            if (found == (object ? '}' : ']')) {
                depth--;
                next++;
            } else if (found == ',') {
                next++;
                skipSpace();
                return object ? name("a name") : NOTHING;
            } else {
                return object ? "',' or '}'" : "',' or ']'";
            }
        }
    }

    /** A name, its colon and the space behind it. */
    private String name(String expected) {
        if (peek() != '"') {
            return expected;
        }
        String mistake = string();
        if (!mistake.equals(NOTHING)) {
            return mistake;
        }
        skipSpace();
        if (peek() != ':') {
            return "':'";
        }
        next++;
        skipSpace();
        return NOTHING;
    }

    private String string() {
        next++;
        while (true) {
            int i = next;
            while (i < text.length && IS_PLAIN[text[i] & 0xFF]) {
                i++;
            }
            next = i;
            int found = peek();
            if (found == '"') {
                next++;
                return NOTHING;
            }
            if (found != '\\') {
                return found == END ? "'\"' to end a string" : "no control character in a string";
            }
            next++;
            if (peek() == 'u') {
                next++;
                for (int digits = 0; digits < 4; digits++) {
                    if (Character.digit(peek(), 16) < 0) {
                        return "four hexadecimal digits";
                    }
                    next++;
                }
            } else if ("\"\\/bfnrt".indexOf(peek()) >= 0) {
                next++;
            } else {
                return "an escape that JSON has";
            }
        }
    }

    private String number() {
        if (peek() == '-') {
            next++;
        }
        if (peek() == '0') {
            next++;
        } else if (!digits()) {
            return "a digit";
        }
        if (peek() == '.') {
            next++;
            if (!digits()) {
                return "a digit";
            }
        }
        if (peek() == 'e' || peek() == 'E') {
            next++;
            if (peek() == '+' || peek() == '-') {
                next++;
            }
            if (!digits()) {
                return "a digit";
            }
        }
        return NOTHING;
    }

    /** One digit or more; whether there is one. */
    private boolean digits() {
        int begin = next;
        while (next < text.length && text[next] >= '0' && text[next] <= '9') {
            next++;
        }
        return next > begin;
    }

    private String word(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (peek() != word.charAt(i)) {
                return "'%s'".formatted(word);
            }
            next++;
        }
        return NOTHING;
    }

    private void skipSpace() {
        while (next < text.length
                && (text[next] == ' '
                        || text[next] == '\n'
                        || text[next] == '\r'
                        || text[next] == '\t')) {
            next++;
        }
    }

    private int peek() {
        return next < text.length ? text[next] & 0xFF : END;
    }
}
