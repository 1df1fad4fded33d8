package org.leftfold.framework.decide;

import java.util.List;

/**
 * The rules of one kind of thing: what a command does to a state, as events, and how an event
 * changes the state. All three are pure functions; states are immutable.
 *
 * @param <C> commands, best a sealed interface of records
 * @param <S> states
 * @param <E> events, best a sealed interface of records
 */
public interface Decider<C, S, E> {
    /** The state before the first event. */
    S initialState();

    /**
     * What happens because of a command: any number of events, none if it changes nothing.
     *
     * @throws RuntimeException of the domain, if the command is refused; nothing is stored then
     */
    List<? extends E> decide(C command, S state);

    /**
     * The state after an event. It accepts every event that was ever stored, and never throws: what
     * it throws is reported as a defect of the program.
     */
    S evolve(S state, E event);
}
