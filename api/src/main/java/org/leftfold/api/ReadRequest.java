package org.leftfold.api;

/**
 * Which stored events to read, and in which order. The range is the same for both directions:
 * events above {@code afterPosition} up to and including {@code toPosition}; backward gives the
 * last of them first.
 *
 * @param query which events
 * @param direction forward (oldest first) or backward
 * @param afterPosition only events above this position; 0 for all
 * @param toPosition only events up to this position; {@link Long#MAX_VALUE} for all
 * @param afterVersion only events above this version of their stream; 0 for all
 * @param toVersion only events up to this version of their stream; {@link Long#MAX_VALUE} for all
 * @param limit at most this many events; {@link Long#MAX_VALUE} for all
 */
public record ReadRequest(
        Query query,
        Direction direction,
        long afterPosition,
        long toPosition,
        long afterVersion,
        long toVersion,
        long limit) {
    /** The order of reading. */
    public enum Direction {
        /** Oldest first. */
        FORWARD,
        /** Newest first. */
        BACKWARD
    }

    /**
     * @throws InvalidRequestException if a number is negative (LF-1003)
     */
    public ReadRequest {
        notNegative("after position", afterPosition);
        notNegative("to position", toPosition);
        notNegative("after version", afterVersion);
        notNegative("to version", toVersion);
        notNegative("limit", limit);
    }

    private static void notNegative(String what, long value) {
        if (value < 0) {
            throw InvalidRequestException.number(what, value, "it must not be negative");
        }
    }

    /** All events that match a query, oldest first. */
    public static ReadRequest of(Query query) {
        return new ReadRequest(
                query, Direction.FORWARD, 0, Long.MAX_VALUE, 0, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /** All events of the store, oldest first. */
    public static ReadRequest all() {
        return of(Query.all());
    }

    /** All events of one stream, oldest first. */
    public static ReadRequest stream(StreamName stream) {
        return of(Query.stream(stream));
    }

    /** The same, newest first. */
    public ReadRequest backward() {
        return new ReadRequest(
                query,
                Direction.BACKWARD,
                afterPosition,
                toPosition,
                afterVersion,
                toVersion,
                limit);
    }

    /** The same, only above this position. */
    public ReadRequest after(long position) {
        return new ReadRequest(
                query, direction, position, toPosition, afterVersion, toVersion, limit);
    }

    /** The same, only up to and including this position. */
    public ReadRequest to(long position) {
        return new ReadRequest(
                query, direction, afterPosition, position, afterVersion, toVersion, limit);
    }

    /**
     * The same, only above this version of the event's stream: what a reader that stopped there has
     * missed.
     */
    public ReadRequest afterVersion(long version) {
        return new ReadRequest(
                query, direction, afterPosition, toPosition, version, toVersion, limit);
    }

    /**
     * The same, only up to and including this version of the event's stream: the stream as it was
     * then.
     */
    public ReadRequest toVersion(long version) {
        return new ReadRequest(
                query, direction, afterPosition, toPosition, afterVersion, version, limit);
    }

    /** The same, at most this many events. */
    public ReadRequest limit(long events) {
        return new ReadRequest(
                query, direction, afterPosition, toPosition, afterVersion, toVersion, events);
    }

    /** Whether newest comes first. */
    public boolean isBackward() {
        return direction == Direction.BACKWARD;
    }

    /** Whether an event is asked for, apart from {@link #limit()}. */
    public boolean covers(RecordedEvent event) {
        return event.position() > afterPosition
                && event.position() <= toPosition
                && event.version() > afterVersion
                && event.version() <= toVersion
                && query.matches(event);
    }
}
