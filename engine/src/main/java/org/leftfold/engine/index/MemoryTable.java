package org.leftfold.engine.index;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventType;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.engine.log.BodyDecoder.IndexEntry;
import org.leftfold.engine.log.ReplayState;

/**
 * The newest events of the index, in memory: those above a position. One thread adds, any thread
 * reads; what it gives may hold events that a reader was not promised yet. When it is {@link
 * #freeze frozen}, nothing is added any more, and it can be written as a part.
 */
final class MemoryTable {
    /** Positions in a table fit into the bits that {@link IdTable} has for them. */
    static final int MAX_EVENTS = 1 << 23;

    private static final int STREAM_BYTES = 170; // the objects of a stream, its name not counted
    private static final int KEY_BYTES = 200; // the same of a type or tag
    private static final int EVENT_BYTES = 56; // positions in three lists, location, id
    private static final int TAG_BYTES = 10; // one more position

    private final long after;
    private final Map<StreamName, StreamPostings> streams = new ConcurrentHashMap<>();
    private final Map<String, PositionList> categories = new ConcurrentHashMap<>();
    private final Map<EventType, PositionList> types = new ConcurrentHashMap<>();
    private final Map<Tag, PositionList> tags = new ConcurrentHashMap<>();
    private final Map<StreamName, Long> truncations = new ConcurrentHashMap<>();
    private final LocationTable locations;
    private final IdTable ids;
    private volatile long last; // written by the adding thread, read by all
    private long memoryBytes; // adding thread only
    private @Nullable StreamName lastStream; // adding thread only
    private @Nullable StreamPostings lastPostings; // of the last stream; adding thread only
    private volatile @Nullable ReplayState state; // set when it is frozen

    /**
     * An empty table of the events above position {@code after}.
     *
     * @param hashing how ids are hashed
     */
    MemoryTable(long after, IdHashing hashing) {
        this.after = after;
        this.last = after;
        this.locations = new LocationTable(after);
        this.ids = new IdTable(hashing, after);
    }

    /**
     * Files an event; its position is one above the last.
     *
     * @param known the postings of its stream, if they were looked up before
     */
    void add(IndexEntry event, long location, @Nullable StreamPostings known) {
        long position = event.position();
        locations.add(location);
        StreamName stream = event.stream();
        StreamPostings postings = known == null ? postings(stream, event.version()) : known;
        assert postings.version() + 1 == event.version() : "versions must rise by one";
        postings.add(position);
        if (event.type() == null) {
            truncate(stream, event.version() + 1);
        } else {
            list(types, event.type()).add(position);
        }
        for (Tag tag : event.tags()) {
            list(tags, tag).add(position);
            memoryBytes += TAG_BYTES;
        }
        ids.add(stream, event.id(), position);
        memoryBytes += EVENT_BYTES;
        last = position;
    }

    /** Those of a stream, made when it is new here. */
    private StreamPostings postings(StreamName stream, long version) {
        StreamPostings last = lastPostings;
        if (last != null
                && lastStream != null
                && stream.equals(lastStream)) { // events of one append follow each other
            return last;
        }
        StreamPostings postings = streams.get(stream);
        if (postings == null) {
            postings = new StreamPostings(version - 1, category(stream));
            streams.put(stream, postings);
            memoryBytes += STREAM_BYTES + stream.value().length();
        }
        lastStream = stream;
        lastPostings = postings;
        return postings;
    }

    private PositionList category(StreamName stream) {
        return list(categories, stream.category());
    }

    private <K> PositionList list(Map<K, PositionList> lists, K key) {
        PositionList list = lists.get(key);
        if (list == null) {
            list = new PositionList();
            lists.put(key, list);
            memoryBytes += KEY_BYTES;
        }
        return list;
    }

    /** Makes versions of a stream below {@code firstKeptVersion} unreadable. */
    void truncate(StreamName stream, long firstKeptVersion) {
        if (truncations.merge(stream, firstKeptVersion, Math::max) == firstKeptVersion) {
            memoryBytes += KEY_BYTES;
        }
    }

    /** Ends the table: nothing is added any more. */
    void freeze(ReplayState at) {
        ids.settle();
        state = at;
    }

    /** Where the log goes on behind this table, once it is frozen. */
    ReplayState state() {
        ReplayState at = state;
        if (at == null) {
            throw new IllegalStateException("the table still grows");
        }
        return at;
    }

    /** The position before the first one here. */
    long after() {
        return after;
    }

    /** The last position here. */
    long last() {
        return last;
    }

    /** Bytes of memory that the table takes, about. Adding thread only. */
    long memoryBytes() {
        return memoryBytes;
    }

    /** Whether no event and no act is here. */
    boolean isEmpty() {
        return last == after && truncations.isEmpty();
    }

    @Nullable StreamPostings stream(StreamName stream) {
        return streams.get(stream);
    }

    PositionList category(String category) {
        return categories.getOrDefault(category, PositionList.EMPTY);
    }

    PositionList type(EventType type) {
        return types.getOrDefault(type, PositionList.EMPTY);
    }

    PositionList tag(Tag tag) {
        return tags.getOrDefault(tag, PositionList.EMPTY);
    }

    /** The first version of a stream that an act kept, 0 if no act is here. */
    long truncation(StreamName stream) {
        return truncations.getOrDefault(stream, 0L);
    }

    /** Where the frame of the event at a position of this table is; 0 if it is not here. */
    long locationOf(long position) {
        return locations.get(position);
    }

    /** Positions of events whose id hashes alike, rising. Adding thread, or frozen. */
    long[] candidates(long hash) {
        return ids.candidates(hash);
    }

    /** Bytes of memory that the id part takes, about. */
    long idBytes() {
        return ids.memoryBytes();
    }

    IdTable ids() {
        return ids;
    }

    Map<StreamName, StreamPostings> streams() {
        return streams;
    }

    Map<String, PositionList> categories() {
        return categories;
    }

    Map<EventType, PositionList> types() {
        return types;
    }

    Map<Tag, PositionList> tags() {
        return tags;
    }

    Map<StreamName, Long> truncations() {
        return truncations;
    }

    Collection<StreamName> streamNames() {
        return streams.keySet();
    }
}
