package org.leftfold.api;

/**
 * A label {@code key:value} by which events are found across streams. The key ends at the first
 * {@code :}. Immutable.
 *
 * <p>1 to {@value Limits#MAX_NAME_BYTES} bytes of UTF-8 in all, in normal form C, without invisible
 * characters.
 */
public final class Tag implements Comparable<Tag> {
    private final String text;
    private final int colon;

    /**
     * A tag of a key, without {@code :}, and a value, which may contain it.
     *
     * @throws InvalidRequestException if key and value form no legal name of at most 255 bytes
     *     (LF-1001)
     */
    public Tag(String key, String value) {
        this(Names.check("tag", key + ":" + value), key.length());
        if (key.isEmpty() || value.isEmpty()) {
            throw Names.refuse("tag", text, "it needs a key, ':' and a value, such as order:17");
        }
        if (key.indexOf(':') >= 0) {
            throw Names.refuse("tag", text, "its key contains ':'");
        }
    }

    private Tag(String text, int colon) {
        this.text = text;
        this.colon = colon;
    }

    /** Parses {@code key:value}. */
    public static Tag of(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw Names.refuse("tag", text, "it needs a key, ':' and a value, such as order:17");
        }
        return new Tag(text.substring(0, colon), text.substring(colon + 1));
    }

    /** A tag that a store reads back: checked when it was stored, and not again. */
    public static Tag ofStored(String text) {
        return new Tag(text, Math.max(0, text.indexOf(':')));
    }

    /** What is before the first {@code :}. */
    public String key() {
        return text.substring(0, colon);
    }

    /** What is behind the first {@code :}. */
    public String value() {
        return text.substring(colon + 1);
    }

    @Override
    public int compareTo(Tag other) {
        return text.compareTo(other.text);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tag that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** {@code key:value}. */
    @Override
    public String toString() {
        return text;
    }
}
