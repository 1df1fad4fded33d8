package org.leftfold.framework.projection;

import java.util.List;
import java.util.Objects;
import org.leftfold.api.StreamName;
import org.leftfold.framework.codec.DomainEvent;

/**
 * Gives the coarse events that follow from fine ones (R100). Pure: the same row and the same event
 * give the same, as an emission may have to be repeated.
 */
@FunctionalInterface
public interface Emission<E, V, C> {
    /**
     * A coarse event.
     *
     * @param stream the stream that it belongs to
     * @param event the event
     */
    record Emitted<C>(StreamName stream, C event) {
        /** Checks that both are there. */
        public Emitted {
            Objects.requireNonNull(stream, "stream");
            Objects.requireNonNull(event, "event");
        }
    }

    /**
     * What follows from an event.
     *
     * @param row the row behind it
     * @param event the event
     * @param key the key of the row
     * @return mostly nothing
     */
    List<Emitted<C>> after(V row, DomainEvent<E> event, String key);
}
