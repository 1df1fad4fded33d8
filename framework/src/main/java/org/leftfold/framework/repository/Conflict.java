package org.leftfold.framework.repository;

import java.util.List;
import org.leftfold.api.StreamName;
import org.leftfold.framework.codec.DomainEvent;

/**
 * Events were appended to a stream after the state that a command was decided on.
 *
 * @param stream the stream
 * @param command the command
 * @param attempted what was to be appended
 * @param decidedVersion version of the stream that it was decided on
 * @param missed exactly the events above that version, in order; pseudo events and dropped ones are
 *     not among them
 * @param state the state now, with the missed events; not to be changed
 */
public record Conflict<C, S, E>(
        StreamName stream,
        C command,
        List<E> attempted,
        long decidedVersion,
        List<DomainEvent<E>> missed,
        S state) {
    /** Copies the lists. */
    public Conflict {
        attempted = List.copyOf(attempted);
        missed = List.copyOf(missed);
    }

    /** Without command, events and state, whose values do not belong into logs. */
    @Override
    public String toString() {
        return "conflict in %s: %s decided at version %d, missed %s"
                .formatted(
                        stream,
                        command.getClass().getSimpleName(),
                        decidedVersion,
                        Handled.counted(missed.size()));
    }
}
