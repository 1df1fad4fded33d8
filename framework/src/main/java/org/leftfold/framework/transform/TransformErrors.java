package org.leftfold.framework.transform;

import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.StreamName;

/** The errors of copies and redesigns. */
final class TransformErrors {
    private TransformErrors() {}

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
