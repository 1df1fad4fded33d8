package org.leftfold.api;

/**
 * The name of a stream, {@code category-id}: what comes before the first {@code -} is the category.
 * A name without {@code -} is its own category. Names are compared as they are written, case
 * included. Immutable.
 *
 * <p>1 to {@value Limits#MAX_NAME_BYTES} bytes of UTF-8 in normal form C, without control or other
 * invisible characters, not starting with {@code -}.
 */
public final class StreamName implements Comparable<StreamName> {
    private final String value;

    /**
     * @throws InvalidRequestException if {@code value} is no legal name (LF-1001)
     */
    public StreamName(String value) {
        this(Names.check("stream name", value), true);
        if (value.charAt(0) == '-') {
            throw Names.refuse(
                    "stream name", value, "its category, what is before the first '-', is empty");
        }
    }

    private StreamName(String value, boolean checked) {
        assert checked : "a name is checked before it is made";
        this.value = value;
    }

    /**
     * A name that a store reads back. It was checked when it was stored; what Unicode has learnt
     * since must not make it unreadable.
     */
    public static StreamName ofStored(String value) {
        return new StreamName(value, true);
    }

    /**
     * The stream of one thing of a category, such as {@code of("order", "17")}. A name that ends in
     * {@code -} is legal, and whoever has such a stream reads it by {@link #StreamName(String)};
     * here an empty id is a mistake, for it would put all things without an id into one stream.
     *
     * @throws InvalidRequestException if the category contains {@code -} or is empty, the id is
     *     empty, or the two make no legal name (LF-1001)
     */
    public static StreamName of(String category, String id) {
        if (category.indexOf('-') >= 0) {
            throw Names.refuse("category", category, "it contains '-', which ends a category");
        }
        if (category.isEmpty()) {
            throw Names.refuse("category", category, "it is empty");
        }
        if (id.isEmpty()) {
            throw Names.refuse(
                    "id",
                    id,
                    "it is empty, and tells no two things of '%s' apart".formatted(category));
        }
        return new StreamName(category + "-" + id);
    }

    /** The name as text. */
    public String value() {
        return value;
    }

    /** What is before the first {@code -}, or the whole name when there is none. */
    public String category() {
        int dash = value.indexOf('-');
        return dash < 0 ? value : value.substring(0, dash);
    }

    /** What is behind the first {@code -}, empty when there is none. */
    public String id() {
        int dash = value.indexOf('-');
        return dash < 0 ? "" : value.substring(dash + 1);
    }

    @Override
    public int compareTo(StreamName other) {
        return value.compareTo(other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StreamName that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
