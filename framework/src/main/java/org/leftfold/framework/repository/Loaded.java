package org.leftfold.framework.repository;

import org.leftfold.api.StreamName;
import org.leftfold.framework.decide.Question;

/**
 * A state, and how far it goes.
 *
 * @param stream where its events are
 * @param version version of the stream: how many events there are, those included that the state
 *     does not see
 * @param state all of them, folded
 */
public record Loaded<S>(StreamName stream, long version, S state) {
    /** What identifies it in its category. */
    public String id() {
        return stream.id();
    }

    /** Whether anything ever happened to it. */
    public boolean exists() {
        return version > 0;
    }

    /** Asks the state. */
    public <R> R answer(Question<? super S, R> question) {
        return question.answer(state);
    }

    /** Without the state, whose values do not belong into logs. */
    @Override
    public String toString() {
        return "%s at version %d".formatted(stream, version);
    }
}
