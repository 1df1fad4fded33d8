package org.leftfold.engine.crash;

import java.util.List;

/** One step of a script. What it appends follows from its seed and from the store it meets. */
sealed interface Step {
    /**
     * Calls that the writer takes as one batch.
     *
     * @param acts come first, and are as in {@link Truncate}
     * @param appends at least one
     */
    record Together(List<Truncate> acts, List<Wish> appends) implements Step {
        Together(List<Wish> appends) {
            this(List.of(), appends);
        }
    }

    /**
     * Makes the beginning of a stream unreadable.
     *
     * @param stream number of the stream
     * @param kept how many events stay; -1 asks for more than there are
     */
    record Truncate(int stream, int kept) implements Step {}

    /**
     * Deletes a stream.
     *
     * @param stream number of the stream
     */
    record Delete(int stream) implements Step {}

    /** A clean close, and an opening. */
    record Reopen() implements Step {}

    /**
     * The wall clock jumps.
     *
     * @param micros how far, also backward
     */
    record Clock(long micros) implements Step {}

    /**
     * An append to be.
     *
     * @param kind of what kind
     * @param seed decides the rest
     */
    record Wish(Kind kind, long seed) {}

    /** Kinds of appends. */
    enum Kind {
        /** One event, any or exact version. */
        ONE,
        /** One to five events. */
        BATCH,
        /** Events for two or three streams. */
        STREAMS,
        /** Larger than a segment. */
        LARGE,
        /** With the bytes of a stored event as payload. */
        COPY,
        /** An earlier append, unchanged. */
        REPEAT,
        /** An earlier append, with other content under the same ids. */
        ALTERED,
        /** An expected version that is not met. */
        CONFLICT,
        /** A condition that may hold or not. */
        CONDITION
    }
}
