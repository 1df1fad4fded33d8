package org.leftfold.framework.repository;

import java.util.List;
import java.util.Optional;
import org.leftfold.api.StreamName;
import org.leftfold.framework.decide.Answering;
import org.leftfold.framework.decide.Question;

/**
 * What became of a command.
 *
 * @param outcome whether something was stored
 * @param stream where the events are
 * @param version version of the stream now
 * @param position position of the last stored event, for waiting until a view has it; 0 if nothing
 *     was stored
 * @param state the state with the events
 * @param events what happened because of this command; empty unless something was stored
 * @param handledIn of a duplicate, the stream that has what its message led to; empty of all others
 */
public record Handled<S, E>(
        Outcome outcome,
        StreamName stream,
        long version,
        long position,
        S state,
        List<E> events,
        Optional<StreamName> handledIn) {
    /** Copies the list. */
    public Handled {
        events = List.copyOf(events);
    }

    Handled(
            Outcome outcome,
            StreamName stream,
            long version,
            long position,
            S state,
            List<E> events) {
        this(outcome, stream, version, position, state, events, Optional.empty());
    }

    /** What identifies the aggregate in its category. */
    public String id() {
        return stream.id();
    }

    /**
     * Whether the message behind the command had been handled before. Where {@link #handledIn} is
     * not the stream that the command was for, one message was given to two things under one name
     * of a handler, and this one got nothing of it: use a handler name for each.
     */
    public boolean isDuplicate() {
        return outcome == Outcome.DUPLICATE;
    }

    /** The result of the command. */
    public <R> R answer(Answering<? super S, R> command) {
        return command.answer(state, events);
    }

    /** Asks the state. */
    public <R> R answer(Question<? super S, R> question) {
        return question.answer(state);
    }

    /** Without state and events, whose values do not belong into logs. */
    @Override
    public String toString() {
        String elsewhere =
                handledIn
                        .filter(other -> !other.equals(stream))
                        .map(", its message was handled in %s"::formatted)
                        .orElse("");
        return "%s in %s at version %d: %s%s"
                .formatted(outcome, stream, version, counted(events.size()), elsewhere);
    }

    static String counted(int events) {
        return events == 1 ? "1 event" : events + " events";
    }
}
