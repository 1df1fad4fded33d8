package org.leftfold.framework.repository;

import org.leftfold.api.StreamName;
import org.leftfold.framework.repository.Loader.Folded;

/** Says what is to happen to one thing: a command, or a way back. Used by one thread. */
interface PlanSource<C, S, E> {
    /** What is to happen in this state. Asked anew in each attempt; leaves the state as it is. */
    Plan<C, E> plan(StreamName stream, Folded<S> seen);

    /** Looks at the state behind the plan, and throws if that must not be stored. */
    default void check(StreamName stream, S after) {}

    /** Whether a {@link ConflictResolver} is asked about its conflicts. */
    default boolean isResolvable() {
        return true;
    }
}
