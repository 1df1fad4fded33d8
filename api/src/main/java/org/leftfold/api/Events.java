package org.leftfold.api;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The events of one read, fetched as they are taken, with bounded memory: what was durable when the
 * read began. It is read once, by one thread at a time, and closed afterwards; reading it to its
 * end closes it as well.
 *
 * <pre>{@code
 * try (Events events = store.read(ReadRequest.stream(order))) {
 *     for (RecordedEvent event : events) { ... }
 * }
 * }</pre>
 */
@SuppressWarnings("IterableAndIterator") // so that it can stand in a for loop
public interface Events extends Iterator<RecordedEvent>, Iterable<RecordedEvent>, AutoCloseable {
    /**
     * @throws InvalidRequestException if this was closed before its end (LF-1007); past its end it
     *     stays false
     * @throws IntegrityException if a stored byte is not what was written (G8)
     * @throws StoreUnavailableException if the store cannot be read now, or was closed meanwhile
     *     (LF-3006)
     */
    @Override
    boolean hasNext();

    /**
     * @throws NoSuchElementException if there is no further event
     */
    @Override
    RecordedEvent next();

    /** This sequence itself; it can be walked once. */
    @Override
    default Iterator<RecordedEvent> iterator() {
        return this;
    }

    /** The remaining events as a stream, which closes this sequence when it is closed. */
    default Stream<RecordedEvent> stream() {
        int traits = Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(this, traits), false)
                .onClose(this::close);
    }

    /** All remaining events in memory; closes this sequence. */
    default List<RecordedEvent> toList() {
        try (this) {
            List<RecordedEvent> all = new ArrayList<>();
            forEachRemaining(all::add);
            return all;
        }
    }

    /**
     * Gives back what the read holds; events already taken stay valid. Closing again does nothing.
     */
    @Override
    void close();
}
