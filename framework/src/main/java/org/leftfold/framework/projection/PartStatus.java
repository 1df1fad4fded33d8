package org.leftfold.framework.projection;

import java.time.Instant;
import java.util.Optional;
import org.leftfold.api.Checkpoint;

/**
 * How a part of a projection is doing.
 *
 * @param part which part, from 0
 * @param state what it does; {@link State#ELSEWHERE} if another instance does it, or none
 * @param checkpoint everything up to here has taken effect or was parked; empty at the beginning
 * @param events how many events it was given, of all that concern it
 * @param lag positions between it and the head of the store
 * @param lastError what went wrong last in this instance
 */
public record PartStatus(
        int part,
        State state,
        Optional<Checkpoint> checkpoint,
        long events,
        long lag,
        Optional<LastError> lastError) {
    /** What a part does. */
    public enum State {
        /** It looks where it is. */
        STARTING,
        /** It reads what it has missed. */
        CATCHING_UP,
        /** It has everything, and waits for more. */
        LIVE,
        /** A store does not answer; it tries until it does. */
        WAITING,
        /** It has failed, and goes on when it is resumed. */
        STOPPED,
        /** It has ended. */
        ENDED,
        /** This instance does not work on it. */
        ELSEWHERE
    }

    /**
     * Something that went wrong.
     *
     * @param text what was thrown
     * @param event the event on which it was, such as {@code version 3 of stream 'lead-1'}; empty
     *     if it was none
     * @param at when
     */
    public record LastError(String text, String event, Instant at) {}
}
