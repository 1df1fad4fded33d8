package org.leftfold.api;

import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The history of a store up to one moment, as it was: opened by {@link StoreAdmin#backup}, taken in
 * by {@link StoreAdmin#restore}, of the same kind of store or of another.
 *
 * <p>Every position from 1 to that of {@link #checkpoint} comes once, in order. Events that were
 * truncated or deleted come as {@link Removed}: what they held is not handed out, but their place
 * and their id are, so that positions, versions and idempotency stay what they were; and so is
 * which events were appended together. Memory is bounded. For one thread; the caller closes it.
 */
public interface Backup extends Iterator<Backup.Entry>, AutoCloseable {
    /** What the backup covers: the epoch of its store and the position of the last event in it. */
    Checkpoint checkpoint();

    /**
     * Passes over what a store has already, comparing the two entry by entry, so that a restore
     * that was cut short can be repeated. For stores that restore: they do this first.
     *
     * @param own the history of the store that restores, which is read to its end
     * @param progress told the number of positions passed so far, now and then
     * @throws InvalidRequestException if {@code own} is not the beginning of this backup (LF-1011)
     */
    default void passOver(Backup own, LongConsumer progress) {
        KnownHistory.passOver(own, this, progress);
    }

    /**
     * The next entries that are restored together or not at all: the places of one append, or one
     * act. So a restore that is cut short leaves no half of an append. For stores that restore.
     *
     * @throws InvalidRequestException if the backup contradicts itself (LF-1011)
     */
    default List<Entry> nextTogether() {
        return HistoryParts.next(this);
    }

    @Override
    void close();

    /** One part of a history. */
    sealed interface Entry {
        /** When it was recorded; never earlier than the entry before. */
        Instant recordedAt();
    }

    /** A position that an event has. */
    sealed interface Place extends Entry {
        /** The place in the whole store, from 1. */
        long position();

        /** The stream. */
        StreamName stream();

        /** The place in the stream, from 1. */
        long version();

        /** The identity within the stream. */
        EventId id();

        /** Whether it was the last of its append; what follows was appended on its own. */
        boolean endsAppend();
    }

    /**
     * An event that may be read.
     *
     * @param event the event
     * @param endsAppend whether it was the last of its append
     */
    record Kept(RecordedEvent event, boolean endsAppend) implements Place {
        @Override
        public long position() {
            return event.position();
        }

        @Override
        public StreamName stream() {
            return event.stream();
        }

        @Override
        public long version() {
            return event.version();
        }

        @Override
        public EventId id() {
            return event.id();
        }

        @Override
        public Instant recordedAt() {
            return event.recordedAt();
        }
    }

    /** The place of an event that was truncated or deleted. */
    record Removed(
            long position,
            StreamName stream,
            long version,
            EventId id,
            Instant recordedAt,
            boolean endsAppend)
            implements Place {}

    /**
     * An act that made the events of a stream below {@code firstKeptVersion} unreadable. It comes
     * behind the events that were there when it was done.
     *
     * @param stream the stream
     * @param firstKeptVersion the first version that stayed readable; one above the stream's
     *     version where none did
     * @param act who did it, and why
     * @param recordedAt when it was recorded
     */
    record Act(StreamName stream, long firstKeptVersion, AdminAct act, Instant recordedAt)
            implements Entry {}
}
