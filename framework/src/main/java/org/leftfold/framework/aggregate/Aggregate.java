package org.leftfold.framework.aggregate;

import java.util.List;

/**
 * An aggregate whose two methods switch over sealed types.
 *
 * @param <C> its commands
 * @param <E> its events
 */
public abstract non-sealed class Aggregate<C extends Command, E extends Event>
        extends AggregateRoot<C, E> {
    /** For subclasses. */
    protected Aggregate() {}

    /**
     * Decides, and changes nothing.
     *
     * @return what happens because of the command, none if nothing does
     * @throws RuntimeException of the domain, if the command is refused; nothing is stored then
     */
    public abstract List<? extends E> process(C command);

    /** Changes the state, and decides nothing. Accepts every event that was ever stored. */
    public abstract void apply(E event);

    @Override
    final List<? extends E> decide(C command) {
        return process(command);
    }

    @Override
    final void evolve(E event) {
        apply(event);
    }
}
