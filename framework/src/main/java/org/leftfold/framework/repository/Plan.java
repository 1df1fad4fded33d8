package org.leftfold.framework.repository;

import java.util.List;
import java.util.Optional;
import org.leftfold.framework.codec.PseudoEvent;

/**
 * What is to be appended to a stream.
 *
 * @param command what led to it; none if there was nothing to do, or no command
 * @param decidedVersion version of the stream that it was decided on
 * @param events events of the domain
 * @param pseudo what is stored behind them
 */
record Plan<C, E>(
        Optional<C> command, long decidedVersion, List<E> events, List<PseudoEvent> pseudo) {
    boolean isEmpty() {
        return events.isEmpty() && pseudo.isEmpty();
    }

    int eventCount() {
        return events.size() + pseudo.size();
    }

    Plan<C, E> with(List<E> others) {
        return new Plan<>(command, decidedVersion, others, pseudo);
    }
}
