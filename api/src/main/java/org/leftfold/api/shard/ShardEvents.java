package org.leftfold.api.shard;

import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Events;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.RecordedEvent;

/**
 * One read of a sharded store: what a source gives, until there is nothing more, with the rules of
 * {@link Events} about ends and closing. For one thread at a time.
 */
final class ShardEvents implements Events {
    /** Gives events one after the other. */
    interface Source {
        /** The next event, or null at the end. */
        @Nullable RecordedEvent next();

        void close();
    }

    private final Source source;
    private long remaining;
    private @Nullable RecordedEvent fetched;
    private boolean ended;
    private boolean closed;

    /**
     * @param limit at most this many events
     */
    ShardEvents(Source source, long limit) {
        this.source = source;
        this.remaining = limit;
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
            fetched = remaining == 0 ? null : source.next();
            remaining--;
        }
        if (fetched == null) {
            ended = true;
            source.close();
        }
        return !ended;
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
        if (!closed) {
            closed = true;
            fetched = null;
            source.close();
        }
    }
}
