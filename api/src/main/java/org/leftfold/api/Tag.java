package org.leftfold.api;

/**
 * A label {@code key:value} by which events are found across streams. The key ends at the first
 * {@code :}.
 *
 * @param key without {@code :}
 * @param value may contain {@code :}
 */
public record Tag(String key, String value) implements Comparable<Tag> {
    /**
     * @throws InvalidRequestException if key and value form no legal name of at most 255 bytes
     *     (LF-1001)
     */
    public Tag {
        Names.check("tag", key + ":" + value);
        if (key.isEmpty() || value.isEmpty()) {
            throw Names.refuse(
                    "tag", key + ":" + value, "it needs a key, ':' and a value, such as order:17");
        }
        if (key.indexOf(':') >= 0) {
            throw Names.refuse("tag", key + ":" + value, "its key contains ':'");
        }
    }

    /** Parses {@code key:value}. */
    public static Tag of(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw Names.refuse("tag", text, "it needs a key, ':' and a value, such as order:17");
        }
        return new Tag(text.substring(0, colon), text.substring(colon + 1));
    }

    @Override
    public int compareTo(Tag other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return key + ":" + value;
    }
}
