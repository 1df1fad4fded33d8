package org.leftfold.benchmarks.stores;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * H2's MVStore with two maps: position to frame, and stream with version to position. One commit
 * and one sync for many appends; it has no group commit of its own.
 */
final class MvStore implements BenchStore {
    private static final int MAX_APPENDS_PER_COMMIT = 1024;
    private static final int LOAD_BATCH = 20_000;
    private static final int CACHE_MEGABYTES = 256; // It lies on the heap.
    private static final int MAX_COMPACT_MILLIS = 10_000;

    /** Added to a version so that the texts of all versions have the same length. */
    private static final long VERSION_BASE = 1_000_000_000L;

    private final MVStore store;
    private final MVMap<Long, byte[]> events;
    private final MVMap<String, Long> index;
    private final GroupCommit<GroupedAppend> commits;
    private long nextPosition; // commit thread, or the loading thread before it

    MvStore(Path directory) {
        store =
                new MVStore.Builder()
                        .fileName(directory.resolve("events.mv").toString())
                        .autoCommitDisabled()
                        .cacheSize(CACHE_MEGABYTES)
                        .open();
        events =
                store.openMap(
                        "events",
                        new MVMap.Builder<Long, byte[]>()
                                .keyType(LongDataType.INSTANCE)
                                .valueType(ByteArrayDataType.INSTANCE));
        index =
                store.openMap(
                        "index",
                        new MVMap.Builder<String, Long>()
                                .keyType(StringDataType.INSTANCE)
                                .valueType(LongDataType.INSTANCE));
        Long last = events.lastKey();
        nextPosition = last == null ? 1 : last + 1;
        commits = new GroupCommit<>("mvstore-commit", MAX_APPENDS_PER_COMMIT, this::commit);
    }

    @Override
    public boolean parksCallers() {
        return true;
    }

    @Override
    public void append(String stream, long expectedVersion, List<SampleEvent> events)
            throws Exception {
        commits.submit(new GroupedAppend(stream, expectedVersion, events));
    }

    private void commit(List<GroupCommit.Item<GroupedAppend>> items) {
        for (GroupCommit.Item<GroupedAppend> item : items) {
            GroupedAppend append = item.value;
            long version = version(append.stream());
            if (version != append.expectedVersion()) {
                item.completeExceptionally(
                        new WrongVersionException(
                                append.stream(), append.expectedVersion(), version));
                continue;
            }
            for (SampleEvent event : append.events()) {
                put(append.stream(), ++version, event);
            }
        }
        store.commit();
        store.sync();
    }

    private void put(String stream, long version, SampleEvent event) {
        events.put(nextPosition, RawFrames.encode(stream, version, event));
        index.put(key(stream, version), nextPosition++);
    }

    private long version(String stream) {
        String last = index.floorKey(key(stream, VERSION_BASE - 1));
        String prefix = stream + '@';
        if (last == null || !last.startsWith(prefix)) {
            return 0;
        }
        return Long.parseLong(last, prefix.length(), last.length(), 10) - VERSION_BASE;
    }

    private static String key(String stream, long version) {
        return stream + '@' + (VERSION_BASE + version);
    }

    @Override
    public void load(Iterable<PlacedEvent> placedEvents) {
        int count = 0;
        for (PlacedEvent placed : placedEvents) {
            put(placed.stream(), placed.version(), placed.event());
            count++;
            if (count % LOAD_BATCH == 0) {
                store.commit();
            }
        }
        store.commit();
    }

    @Override
    public void settle() {
        store.compactFile(MAX_COMPACT_MILLIS);
    }

    @Override
    public void replay(EventSink sink) {
        Cursor<Long, byte[]> entries = events.cursor(null);
        while (entries.hasNext()) {
            Long position = entries.next();
            RawFrames.decode(entries.getValue(), position, sink);
        }
    }

    @Override
    public StreamReader openReader() {
        return new StreamReader() {
            @Override
            public void read(String stream, EventSink sink) {
                Cursor<String, Long> entries =
                        index.cursor(key(stream, 1), key(stream, VERSION_BASE - 1), false);
                while (entries.hasNext()) {
                    entries.next();
                    Long position = entries.getValue();
                    byte[] frame = events.get(position);
                    if (frame == null) {
                        throw new IllegalStateException("no event at " + position);
                    }
                    RawFrames.decode(frame, position, sink);
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public OptionalDouble appendsPerCommit() {
        return commits.itemsPerCommit();
    }

    @Override
    public void close() {
        commits.close();
        store.close();
    }
}
