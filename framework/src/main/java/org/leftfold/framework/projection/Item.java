package org.leftfold.framework.projection;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.RecordedEvent;
import org.leftfold.framework.codec.DomainEvent;

/**
 * A stored event as far as it concerns a part of a view.
 *
 * @param stored the event
 * @param behind the checkpoint right behind it
 * @param keys the keys of the part that it concerns, at least one
 * @param steps what takes effect, in order; empty if it cannot be read
 * @param unreadable why it cannot be read, or its keys cannot be told
 */
record Item<E>(
        RecordedEvent stored,
        Checkpoint behind,
        Set<String> keys,
        List<Step<E>> steps,
        @Nullable Exception unreadable) {
    /**
     * An effect on one key.
     *
     * @param key the key
     * @param event the event, of which a stored one may hold several
     */
    record Step<E>(String key, DomainEvent<E> event) {}
}
