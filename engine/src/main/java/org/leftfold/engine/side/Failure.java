package org.leftfold.engine.side;

import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.StoreUnavailableException;

/**
 * Why a group of records was not stored.
 *
 * @param kind what is left
 * @param cause what the disk said
 */
record Failure(Kind kind, Throwable cause) {
    enum Kind {
        /** Nothing of it; the file goes on. */
        NO_ROOM,
        /** Perhaps some of it; nothing is written any more. */
        IN_DOUBT,
        /** Nothing of it; nothing is written any more. */
        STOPPED
    }

    StoreUnavailableException toException(String where) {
        return switch (kind) {
            case NO_ROOM -> StoreUnavailableException.noSpace(where, cause);
            case IN_DOUBT -> new OutcomeUnknownException(0, cause);
            case STOPPED -> StoreUnavailableException.stopped(where, cause);
        };
    }

    /** What is left for those who came behind this group. */
    Failure forLater() {
        return kind == Kind.IN_DOUBT ? new Failure(Kind.STOPPED, cause) : this;
    }
}
