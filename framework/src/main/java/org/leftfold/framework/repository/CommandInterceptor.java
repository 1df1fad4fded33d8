package org.leftfold.framework.repository;

import java.util.List;
import java.util.Optional;

/**
 * Comes between the decision and the append. It may add events, pseudo events included, and may
 * turn a refusal into events. What is neither of these is refused before anything is stored
 * (LF-1201). It may be called several times for one command, when that is decided again; so it does
 * nothing else. Safe for any thread.
 */
public interface CommandInterceptor<C, S, E> {
    /**
     * What was decided.
     *
     * @param before what it was decided on; not to be changed. Of an aggregate it is the instance
     *     itself
     * @param command the command
     * @param options what came with it
     * @param events what is going to be appended, those of earlier interceptors included
     */
    record Decision<C, S, E>(Loaded<S> before, C command, CommandOptions options, List<E> events) {
        /** Without command, state and events, whose values do not belong into logs. */
        @Override
        public String toString() {
            return "%s decided on %s: %s"
                    .formatted(
                            command.getClass().getSimpleName(),
                            before,
                            Handled.counted(events.size()));
        }
    }

    /**
     * Further events, appended behind those that were decided.
     *
     * @return events of the domain, which are applied, and {@code PseudoEvent}s, which are not
     */
    default List<?> more(Decision<C, S, E> decision) {
        return List.of();
    }

    /**
     * What is stored instead of a refusal.
     *
     * @param refusal what the decider has thrown
     * @return events as above; empty to let the refusal go to the caller
     */
    default Optional<List<?>> refused(Decision<C, S, E> decision, Exception refusal) {
        return Optional.empty();
    }
}
