package org.leftfold.engine.index;

import org.leftfold.api.StreamName;
import org.leftfold.engine.log.BodyDecoder.IndexEntry;
import org.leftfold.engine.log.ReplayState;

/** What a walk of the log tells of each event, in order. One thread. */
public interface IndexFeed {
    /**
     * Files an event; its position is one above the last. One that was removed is filed under its
     * stream, category and id only, and is unreadable like all before it.
     */
    void add(IndexEntry event, long location);

    /** Makes the events of a stream below a version unreadable. */
    void truncate(StreamName stream, long firstKeptVersion);

    /** The version of a stream if that is known without reading a disk, else -1. */
    long knownVersion(StreamName stream);

    /** The version of a stream. */
    long version(StreamName stream);

    /** How many events of a stream there are up to a position: its version there. */
    long versionAt(StreamName stream, long upTo);

    /**
     * Whether what was filed so far should go to disk. Then, at a place where everything before it
     * is durable, {@link #flush} may be called.
     */
    boolean wantsFlush();

    /** Everything that was filed is durable in the log, which goes on at {@code state}. */
    void flush(ReplayState state);
}
