package org.leftfold.api;

import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * One read of an in-memory store, which fetches each event when it is asked for. For one thread at
 * a time.
 */
final class InMemoryEvents implements Events {
    private final InMemoryEventStore store;
    private final InMemoryCursor cursor;
    private @Nullable RecordedEvent fetched;
    private boolean ended;
    private boolean closed;

    InMemoryEvents(InMemoryEventStore store, InMemoryCursor cursor) {
        this.store = store;
        this.cursor = cursor;
    }

    @Override
    public boolean hasNext() {
        if (ended) {
            return false;
        }
        if (closed) {
            throw InvalidRequestException.closed("this read");
        }
        if (fetched == null) {
            fetched = store.locked(this::fetch);
            ended = fetched == null;
        }
        return !ended;
    }

    private @Nullable RecordedEvent fetch() {
        if (store.isClosed()) {
            throw StoreUnavailableException.closing("this read");
        }
        return cursor.next();
    }

    @Override
    public RecordedEvent next() {
        RecordedEvent next = hasNext() ? fetched : null;
        if (next == null) {
            throw new NoSuchElementException("this read has no further event");
        }
        fetched = null;
        return next;
    }

    @Override
    public void close() {
        closed = true;
        fetched = null;
    }
}
