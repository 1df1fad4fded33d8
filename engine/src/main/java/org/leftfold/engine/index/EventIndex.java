package org.leftfold.engine.index;

import java.io.IOException;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventId;
import org.leftfold.api.Query;
import org.leftfold.api.StreamName;
import org.leftfold.engine.log.BodyDecoder.IndexEntry;
import org.leftfold.engine.log.ReplayState;

/**
 * Where events are found. The thread that writes or recovers the log feeds it; any thread asks.
 * What it gives may already hold events above the head that a reader was promised: readers stop at
 * their head.
 */
public interface EventIndex extends IndexFeed, AutoCloseable {
    /** Looks a stream up, for the feeding thread, which need not do it again. Any thread. */
    StreamPlace place(StreamName stream);

    /**
     * The version of a stream. Feeding thread only.
     *
     * @param place where it was found before, null if it was not looked for
     */
    long version(StreamName stream, @Nullable StreamPlace place);

    /**
     * Files an event, like {@link #add(IndexEntry, long)}.
     *
     * @param place where its stream was found before, null if it was not looked for
     */
    void add(IndexEntry event, long location, @Nullable StreamPlace place);

    /** The position of a version of a stream; 0 if there is no such event. */
    long positionOf(StreamName stream, long version);

    /** The first version of a stream that may be read. */
    long firstKeptVersion(StreamName stream);

    /** Whether any event is unreadable. */
    boolean hasTruncations();

    /**
     * Fills {@code found} with the first positions that match a query, unreadable events included.
     *
     * @return how many there are; fewer than fit means that there are no more
     */
    int find(Query query, Range range, long[] found);

    /**
     * Positions above {@code after} up to {@code to}.
     *
     * @param backward whether the last ones come first
     */
    record Range(long after, long to, boolean backward) {}

    /** At most this many positions are looked at to find all that match a query in a range. */
    long candidates(Query query, Range range);

    /** Where the frame of the event at a position is; 0 if there is no such event. */
    long locationOf(long position);

    /**
     * The same for several positions, in less time than one after the other, but only as far as
     * nothing has to be waited for; 0 also for the others.
     */
    long[] locationsInMemory(long[] positions);

    /**
     * The positions that an event with this id in this stream may have. A position that is given
     * need not be right, so the caller compares; a right one is always given. Feeding thread only.
     *
     * @param known what {@link #sealedCandidates} gave before, so that only what came since is
     *     looked up; null to look everywhere
     */
    long[] candidates(StreamName stream, EventId id, @Nullable Sealed known);

    /** What files alone know, which any thread may look up before the writer does. */
    Sealed sealedCandidates(StreamName stream, EventId id);

    /**
     * Candidates for an id among the positions up to one.
     *
     * @param upTo that position
     * @param positions rising
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Sealed(long upTo, long[] positions) {}

    /** The position up to which files have the index. */
    long sealedTo();

    /**
     * Why nothing more can be filed, or null: there is no memory left for it, because the disk
     * refuses what should go there.
     *
     * @param act whether an act is to be filed, of which only so many fit between two events
     */
    @Nullable IOException obstacle(boolean act);

    /** How many events no flush has taken yet: those that the next opening has to file again. */
    long unflushedEvents();

    /** Counts over everything up to a position. */
    Counts count(long upTo);

    /**
     * Readable events, and the streams that have any.
     *
     * @param events readable events
     * @param streams streams with readable events
     * @param categories readable events per category
     * @param types events per type, unreadable ones included
     */
    record Counts(
            long events, long streams, Map<String, Long> categories, Map<String, Long> types) {}

    /**
     * Gives the streams whose names begin with {@code prefix} and that have readable events up to a
     * position, in the order of their bytes in UTF-8, until the visitor wants no more.
     */
    void streams(String prefix, long upTo, Predicate<StreamEntry> visitor);

    /**
     * A stream that has readable events.
     *
     * @param version of its last event
     * @param firstVersion of its first readable event
     * @param firstPosition where that is
     * @param lastPosition where its last event is
     */
    record StreamEntry(
            StreamName stream,
            long version,
            long firstVersion,
            long firstPosition,
            long lastPosition) {}

    /** Where the log has to be fed from, or null if from its beginning. */
    @Nullable ReplayState resume();

    /** Drops all files: the log is not what they were made from. Before anything is fed. */
    void forgetFiles();

    /** The log was recovered: files that belong to nothing may go, and the rest be merged. */
    void settled() throws IOException;

    /** Ends the work in the background and closes all files. */
    @Override
    void close();
}
