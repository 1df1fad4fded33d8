package org.leftfold.framework.codec;

import org.jspecify.annotations.Nullable;
import org.leftfold.api.IncompatibleStoreException;
import org.leftfold.api.RecordedEvent;

/**
 * A stored event cannot be turned into an event of the domain (LF-5002): its type is not known, it
 * was written by a newer version of the program, or its payload does not fit. The stored event is
 * as it was; nothing was done with it.
 */
public final class UnreadableEventException extends IncompatibleStoreException {
    private static final long serialVersionUID = 1L;

    private final transient RecordedEvent event;

    /** The failure to read one event, and what to do about it. */
    public UnreadableEventException(RecordedEvent event, String why, @Nullable Throwable cause) {
        super(
                "LF-5002",
                "event '%s' of schema version %d, version %d of stream '%s' at position %d, cannot be read: %s"
                        .formatted(
                                event.type(),
                                event.schemaVersion(),
                                event.version(),
                                event.stream(),
                                event.position(),
                                why),
                cause);
        this.event = event;
    }

    /** The stored event. */
    public RecordedEvent event() {
        return event;
    }
}
