package org.leftfold.framework.repository;

import java.util.List;

/**
 * Says what becomes of a command that somebody else was faster than (R39). It sees precisely the
 * missed events, and is asked again if it is overtaken once more. Safe for any thread.
 */
@FunctionalInterface
public interface ConflictResolver<C, S, E> {
    /** What to do. */
    sealed interface Resolution<E> {
        /** The missed events do not matter: append what was attempted behind them. */
        record Keep<E>() implements Resolution<E> {}

        /** Append these events instead. */
        record Replace<E>(List<E> events) implements Resolution<E> {
            /** Copies the list. */
            public Replace {
                events = List.copyOf(events);
            }
        }

        /** Decide the command again on the state as it is now. */
        record DecideAgain<E>() implements Resolution<E> {}

        /** Nothing is appended, and the caller gets the conflict. */
        record Refuse<E>() implements Resolution<E> {}
    }

    /** Decides. */
    Resolution<E> resolve(Conflict<C, S, E> conflict);
}
