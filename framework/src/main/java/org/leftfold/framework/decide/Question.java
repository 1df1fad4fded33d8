package org.leftfold.framework.decide;

/**
 * A read-only command: it asks the state and changes nothing.
 *
 * <pre>{@code
 * record SeatsLeft() implements Question<Seats, Integer> {
 *     public Integer answer(Seats seats) { return seats.left(); }
 * }
 * }</pre>
 *
 * @param <S> what is asked
 * @param <R> the answer
 */
@FunctionalInterface
public interface Question<S, R> {
    /** The answer; leaves the state as it is. */
    R answer(S state);
}
