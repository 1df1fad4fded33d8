package org.leftfold.engine;

import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Events;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.engine.index.EventIndex;

/**
 * What all reads have in common: the limit, unreadable events, and the end. One thread at a time.
 */
abstract class StoredEvents implements Events {
    private final ReadRequest request;
    private final EventIndex index;
    private final boolean filter;
    private long left;
    private boolean atEnd;
    private boolean closed;
    private @Nullable RecordedEvent ahead;
    private @Nullable Throwable failure; // of the fetch of an event, which is missing since

    /**
     * A read.
     *
     * @param filter whether {@link #fetchNext} may give events that were not asked for
     */
    StoredEvents(ReadRequest request, EventIndex index, boolean filter) {
        this.request = request;
        this.index = index;
        this.filter = filter;
        this.left = request.limit();
    }

    /** The next event within the range, or null behind the last one. */
    abstract @Nullable RecordedEvent fetchNext();

    /** How many events are wanted still, the one that is being fetched among them. */
    final long left() {
        return left;
    }

    @Override
    public final boolean hasNext() {
        if (closed && !atEnd) {
            throw InvalidRequestException.closed("this read");
        }
        requireWhole();
        try {
            lookAhead();
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        }
        return ahead != null;
    }

    /** A read that failed stays so, for what it would give next may lie behind a gap. */
    private void requireWhole() {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException known) {
            throw known;
        }
    }

    private void lookAhead() {
        while (ahead == null && !atEnd) {
            RecordedEvent event = left > 0 ? fetchNext() : null;
            if (event == null) {
                atEnd = true;
            } else if (isWanted(event)) {
                ahead = event;
                left--;
            }
        }
    }

    private boolean isWanted(RecordedEvent event) {
        if (filter && !request.covers(event)) {
            return false;
        }
        return !index.hasTruncations() || event.version() >= index.firstKeptVersion(event.stream());
    }

    @Override
    public final RecordedEvent next() {
        if (!hasNext() || ahead == null) {
            throw new NoSuchElementException("there are no further events");
        }
        RecordedEvent event = ahead;
        ahead = null;
        return event;
    }

    /** Nothing is fetched any more. */
    void closeResources() {}

    @Override
    public final void close() {
        closeResources();
        closed = true;
        atEnd = atEnd && ahead == null;
        ahead = null;
    }
}
