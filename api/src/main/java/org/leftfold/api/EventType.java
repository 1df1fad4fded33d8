package org.leftfold.api;

/**
 * The declared name of a kind of event. It is stored, so it is chosen once and never derived from a
 * class name. Immutable.
 *
 * <p>1 to {@value Limits#MAX_NAME_BYTES} bytes of UTF-8 in normal form C, without invisible
 * characters.
 */
public final class EventType implements Comparable<EventType> {
    private final String value;

    /**
     * @throws InvalidRequestException if {@code value} is no legal name (LF-1001)
     */
    public EventType(String value) {
        this(Names.check("event type", value), true);
    }

    private EventType(String value, boolean checked) {
        assert checked : "a name is checked before it is made";
        this.value = value;
    }

    /** A type that a store reads back: checked when it was stored, and not again. */
    public static EventType ofStored(String value) {
        return new EventType(value, true);
    }

    /** The name as text. */
    public String value() {
        return value;
    }

    @Override
    public int compareTo(EventType other) {
        return value.compareTo(other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EventType that && value.equals(that.value);
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
