package org.leftfold.api;

/**
 * The declared name of a kind of event. It is stored, so it is chosen once and never derived from a
 * class name.
 *
 * @param value 1 to {@value Limits#MAX_NAME_BYTES} bytes of UTF-8 in normal form C, without
 *     invisible characters
 */
public record EventType(String value) implements Comparable<EventType> {
    /**
     * @throws InvalidRequestException if {@code value} is no legal name (LF-1001)
     */
    public EventType {
        Names.check("event type", value);
    }

    @Override
    public int compareTo(EventType other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
