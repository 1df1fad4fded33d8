package org.leftfold.framework.aggregate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What aggregates of both styles have in common. They extend {@link Aggregate} or {@link
 * DispatchingAggregate}, need a constructor without parameters, of any visibility, and are used by
 * one thread at a time.
 *
 * @param <C> its commands
 * @param <E> its events
 */
public abstract sealed class AggregateRoot<C extends Command, E extends Event>
        permits Aggregate, DispatchingAggregate {
    AggregateRoot() {}

    /** What happens because of the command; null if the code of the domain gave that by mistake. */
    abstract @Nullable List<? extends E> decide(C command);

    abstract void evolve(E event);
}
