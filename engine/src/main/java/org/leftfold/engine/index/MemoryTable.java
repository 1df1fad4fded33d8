package org.leftfold.engine.index;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.engine.log.BodyDecoder.IndexEntry;

/** The whole index in memory: 70 to 100 bytes an event, its stream included. */
public final class MemoryIndex implements EventIndex {
    private final Map<StreamName, StreamPostings> streams = new ConcurrentHashMap<>();
    private final Map<String, PositionList> categories = new ConcurrentHashMap<>();
    private final Map<EventType, PositionList> types = new ConcurrentHashMap<>();
    private final Map<Tag, PositionList> tags = new ConcurrentHashMap<>();
    private final LocationTable locations = new LocationTable();
    private final IdTable ids;
    private volatile long eventCount; // written by the adding thread, read by all
    private volatile boolean truncations; // written by the adding thread, read by all

    /** An empty index; {@code seed} decides how ids are hashed. */
    public MemoryIndex(long seed) {
        this(32, seed);
    }

    /**
     * An empty index whose hashes have only this many bits, 1 to 32: for tests that want
     * collisions.
     */
    public MemoryIndex(int hashBits, long seed) {
        ids = new IdTable(hashBits, seed);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread adds
    public void add(IndexEntry event, long location) {
        long position = event.position();
        locations.set(position, location);
        StreamName stream = event.stream();
        StreamPostings postings = streams.get(stream);
        if (postings == null) {
            postings = new StreamPostings(list(categories, stream.category()));
            streams.put(stream, postings);
        }
        assert postings.version() + 1 == event.version() : "versions must rise by one";
        postings.add(position);
        if (event.type() == null) {
            truncate(stream, event.version() + 1);
        } else {
            list(types, event.type()).add(position);
        }
        for (Tag tag : event.tags()) {
            list(tags, tag).add(position);
        }
        ids.add(stream, event.id(), position);
        eventCount++;
    }

    private static <K> PositionList list(Map<K, PositionList> lists, K key) {
        PositionList list = lists.get(key);
        if (list == null) {
            list = new PositionList();
            lists.put(key, list);
        }
        return list;
    }

    @Override
    public void truncate(StreamName stream, long firstKeptVersion) {
        stream(stream).truncate(firstKeptVersion);
        truncations = true;
    }

    @Override
    public StreamPostings stream(StreamName stream) {
        return streams.getOrDefault(stream, StreamPostings.NONE);
    }

    @Override
    public PositionList category(String category) {
        return categories.getOrDefault(category, PositionList.EMPTY);
    }

    @Override
    public PositionList type(EventType type) {
        return types.getOrDefault(type, PositionList.EMPTY);
    }

    @Override
    public PositionList tag(Tag tag) {
        return tags.getOrDefault(tag, PositionList.EMPTY);
    }

    @Override
    public long locationOf(long position) {
        return locations.get(position);
    }

    @Override
    public long[] candidates(StreamName stream, EventId id) {
        return ids.candidates(stream, id);
    }

    @Override
    public boolean hasTruncations() {
        return truncations;
    }

    @Override
    public long eventCount() {
        return eventCount;
    }

    @Override
    public long idBytes() {
        return ids.memoryBytes();
    }

    @Override
    public void forEachStream(BiConsumer<StreamName, StreamPostings> visitor) {
        streams.forEach(visitor);
    }

    @Override
    public void forEachType(BiConsumer<EventType, PositionList> visitor) {
        types.forEach(visitor);
    }
}
