package org.leftfold.framework.transform;

import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.StreamName;

/** The errors of copies and redesigns. */
final class TransformErrors {
    private TransformErrors() {}

    /** LF-1231: what is to become of an event cannot be stored. */
    static InvalidRequestException failed(String why) {
        return new InvalidRequestException("LF-1231", why);
    }

    /** LF-1233: streams cannot be split or merged like this. */
    static InvalidRequestException redesign(String why) {
        return new InvalidRequestException(
                "LF-1233",
                ("these streams cannot be split or merged so: %s. Nothing was sealed, and the streams go on as"
                                + " they are.")
                        .formatted(why));
    }

    static InvalidRequestException taken(StreamName successor) {
        return redesign(
                "stream '%s' is to be made of them, and has events of its own. Let it have another name"
                        .formatted(successor));
    }

    /** LF-1233: an interrupted redesign is started again, but not as it was begun. */
    static InvalidRequestException begunOtherwise(String why) {
        return redesign(
                "it was begun otherwise and interrupted: %s. Start it again with the rule of then, or with other new streams (also if events were truncated meanwhile)"
                        .formatted(why));
    }

    /** LF-1234: a target does not continue this copy. */
    static InvalidRequestException otherTarget(String why) {
        return new InvalidRequestException(
                "LF-1234",
                ("the target does not go on with this copy: %s. What was copied before stays. Copy into a new"
                                + " store, or start the copy that was begun here as it was begun.")
                        .formatted(why));
    }

    /** LF-1235: the order of a sharded source is not what the copy needs. */
    static InvalidRequestException shardedSource(String why) {
        return new InvalidRequestException(
                "LF-1235",
                ("this sharded store cannot be copied so: %s. What was copied before stays. Copy it while nobody"
                                + " appends to it, into a new store.")
                        .formatted(why));
    }
}
