package org.leftfold.engine.index;

import java.util.function.BiConsumer;
import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.engine.log.BodyDecoder.IndexEntry;

/**
 * Where events are found. The thread that writes or recovers the log adds to it; any thread reads.
 * What it gives may already hold events above the head that a reader was promised: readers stop at
 * their head.
 */
public interface EventIndex {
    /**
     * Files an event that is durable; positions rise from call to call. One that was removed is
     * filed under its stream, category and id only, and is unreadable like all before it.
     */
    void add(IndexEntry event, long location);

    /** Makes the events of a stream below a version unreadable. */
    void truncate(StreamName stream, long firstKeptVersion);

    /** The events of a stream. */
    StreamPostings stream(StreamName stream);

    /** The events of a category, unreadable ones included. */
    PositionList category(String category);

    /** The events of a type, unreadable ones included. */
    PositionList type(EventType type);

    /** The events with a tag, unreadable ones included. */
    PositionList tag(Tag tag);

    /** Where the frame of the event at a position is; 0 if there is no such event. */
    long locationOf(long position);

    /**
     * The positions that an event with this id in this stream may have. A position that is given
     * need not be right, so the caller compares; a right one is always given. Writer thread only.
     */
    long[] candidates(StreamName stream, EventId id);

    /** Whether any event is unreadable. */
    boolean hasTruncations();

    /** Number of events ever filed. */
    long eventCount();

    /** Bytes of memory that the id part takes, about. */
    long idBytes();

    /** Visits every stream with its postings. */
    void forEachStream(BiConsumer<StreamName, StreamPostings> visitor);

    /** Visits every type with its events, unreadable ones included. */
    void forEachType(BiConsumer<EventType, PositionList> visitor);
}
