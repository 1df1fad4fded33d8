package org.leftfold.framework.decide;

import java.util.List;

/**
 * A command with a typed result.
 *
 * @param <S> the state that it is decided on
 * @param <R> the result
 */
public interface Answering<S, R> {
    /**
     * The result.
     *
     * @param after the state with the events of this command
     * @param events the events of this command; empty if there were none, or if the message behind
     *     it had been handled before
     */
    R answer(S after, List<?> events);
}
