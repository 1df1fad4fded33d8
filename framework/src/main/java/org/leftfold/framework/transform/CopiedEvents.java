package org.leftfold.framework.transform;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Events;
import org.leftfold.api.RecordedEvent;

/**
 * Of the events of a read, those that were copied from one source, up to a position there. For one
 * thread.
 */
final class CopiedEvents implements AutoCloseable {
    private final Events events;
    private final UUID source;
    private final long upTo;
    private @Nullable RecordedEvent current;
    private long others;

    CopiedEvents(Events events, UUID source, long upTo) {
        this.events = events;
        this.source = source;
        this.upTo = upTo;
        advance();
    }

    /** The event that is due, or null at the end. */
    @Nullable RecordedEvent current() {
        return current;
    }

    /** Goes on to the next one. */
    void advance() {
        current = null;
        while (current == null && events.hasNext()) {
            RecordedEvent event = events.next();
            Optional<Provenance> provenance = Provenance.of(event);
            if (provenance.isEmpty() || !provenance.get().store().equals(source)) {
                others += CopyNotes.CATEGORY.equals(event.stream().category()) ? 0 : 1;
            } else if (provenance.get().position() <= upTo) {
                current = event;
            }
        }
    }

    /** Events that it came by and that were not copied from there, notes not counted. */
    long others() {
        return others;
    }

    @Override
    public void close() {
        events.close();
    }
}
