package org.leftfold.framework.aggregate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate with one {@code process} for each command and one {@code apply} for each event:
 *
 * <pre>{@code
 * List<TicketEvent> process(RequestEscalation command) { ... } // or a single event
 * void apply(TicketEscalated event) { ... }
 * }</pre>
 *
 * <p>The methods may have any visibility. Which one belongs to a class is found out once: that of
 * the class itself, else of the nearest class or interface above it. When the program starts,
 * {@link AggregateType} says which ones are missing.
 *
 * @param <C> its commands
 * @param <E> its events
 */
public abstract non-sealed class DispatchingAggregate<C extends Command, E extends Event>
        extends AggregateRoot<C, E> {
    // Transient, for they are no part of the state.
    private final transient Overloads processes = Overloads.process(getClass());
    private transient @Nullable Overloads applies; // of the state, which may have its own class

    /** For subclasses. */
    protected DispatchingAggregate() {}

    /**
     * The object that has the {@code apply} methods: this one, unless the state has a class of its
     * own (R31). The same object at each call.
     */
    protected Object appliedTo() {
        return this;
    }

    @Override
    @SuppressWarnings("unchecked") // the return type was looked at when the overloads were found
    final @Nullable List<? extends E> decide(C command) {
        return (List<? extends E>) processes.call(this, command);
    }

    @Override
    final void evolve(E event) {
        Object state = appliedTo();
        Overloads overloads = applies;
        if (overloads == null) {
            overloads = Overloads.apply(state.getClass());
            applies = overloads;
        }
        overloads.call(state, event);
    }
}
