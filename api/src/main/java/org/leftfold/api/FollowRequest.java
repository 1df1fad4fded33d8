package org.leftfold.api;

/**
 * Which events to follow, and from where.
 *
 * @param query which events
 * @param start from where
 * @param fallsBehindAfter a live follower with more than this many positions before it has fallen
 *     behind; at least 1
 */
public record FollowRequest(Query query, Start start, long fallsBehindAfter) {
    /**
     * A follower this many positions behind is told so, unless it asks for another figure: about 3
     * ms of a full store.
     */
    public static final long DEFAULT_FALLS_BEHIND_AFTER = 1024;

    /** Where a follower begins. */
    public sealed interface Start {
        /** With the first event of the store. */
        record Beginning() implements Start {}

        /** With the first event that is appended after the follower was opened. */
        record Now() implements Start {}

        /**
         * With the first event behind a checkpoint.
         *
         * @param checkpoint what a follower of the same store said before
         */
        record After(Checkpoint checkpoint) implements Start {}
    }

    /**
     * @throws InvalidRequestException if {@code fallsBehindAfter} is below 1 (LF-1003)
     */
    public FollowRequest {
        if (fallsBehindAfter < 1) {
            throw InvalidRequestException.number(
                    "falls behind after", fallsBehindAfter, "at least 1 is needed");
        }
    }

    /** Follows all matching events from the first one on. */
    public static FollowRequest fromStart(Query query) {
        return new FollowRequest(query, new Start.Beginning(), DEFAULT_FALLS_BEHIND_AFTER);
    }

    /** Follows the matching events that are appended from now on. */
    public static FollowRequest fromNow(Query query) {
        return new FollowRequest(query, new Start.Now(), DEFAULT_FALLS_BEHIND_AFTER);
    }

    /** Follows the matching events behind a checkpoint. */
    public static FollowRequest after(Query query, Checkpoint checkpoint) {
        return new FollowRequest(query, new Start.After(checkpoint), DEFAULT_FALLS_BEHIND_AFTER);
    }

    /** The same with another limit before the follower is told that it fell behind. */
    public FollowRequest fallsBehindAfter(long positions) {
        return new FollowRequest(query, start, positions);
    }
}
