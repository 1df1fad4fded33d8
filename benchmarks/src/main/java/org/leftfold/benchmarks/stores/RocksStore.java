package org.leftfold.benchmarks.stores;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB with two column families: position to frame, and stream with version to position. Each
 * append is one batch with a synced write-ahead log; grouped, many appends are one batch.
 */
final class RocksStore implements BenchStore {
    private static final int MAX_APPENDS_PER_COMMIT = 4096;
    private static final int MEMTABLE_BYTES = 64 << 20;
    private static final long CACHE_BYTES = 512L << 20;
    private static final int BLOCK_BYTES = 16 << 10;
    private static final int READAHEAD_BYTES = 2 << 20;
    private static final int LOAD_BATCH = 1000;
    private static final long POLL_NANOS = 1_000_000;

    static {
        RocksDB.loadLibrary();
    }

    /** Locks by hash of the stream: a version check and its write belong together. */
    private final Object[] stripes = new Object[1024];

    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
    private final AtomicLong nextPosition = new AtomicLong(1);
    private final DBOptions options;
    private final ColumnFamilyOptions familyOptions;
    private final RocksDB db;
    private final ColumnFamilyHandle events;
    private final ColumnFamilyHandle index;
    private final @Nullable GroupCommit<GroupedAppend> commits;

    RocksStore(Path directory, boolean grouped) throws RocksDBException {
        Arrays.setAll(stripes, i -> new Object());
        familyOptions =
                new ColumnFamilyOptions()
                        .setWriteBufferSize(MEMTABLE_BYTES)
                        .setCompressionType(CompressionType.LZ4_COMPRESSION)
                        .setTableFormatConfig(
                                new BlockBasedTableConfig()
                                        .setBlockCache(new LRUCache(CACHE_BYTES))
                                        .setFilterPolicy(new BloomFilter(10))
                                        .setBlockSize(BLOCK_BYTES));
        options =
                new DBOptions()
                        .setCreateIfMissing(true)
                        .setCreateMissingColumnFamilies(true)
                        .setMaxBackgroundJobs(2)
                        .setEnablePipelinedWrite(true);
        List<ColumnFamilyHandle> families = new ArrayList<>();
        db =
                RocksDB.open(
                        options,
                        directory.toString(),
                        List.of(
                                new ColumnFamilyDescriptor(
                                        RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions),
                                new ColumnFamilyDescriptor(bytes("events"), familyOptions),
                                new ColumnFamilyDescriptor(bytes("index"), familyOptions)),
                        families);
        events = families.get(1);
        index = families.get(2);
        nextPosition.set(lastPosition() + 1);
        commits =
                grouped
                        ? new GroupCommit<>("rocksdb-commit", MAX_APPENDS_PER_COMMIT, this::commit)
                        : null;
    }

    private long lastPosition() throws RocksDBException {
        try (RocksIterator entries = db.newIterator(events)) {
            entries.seekToLast();
            entries.status();
            return entries.isValid() ? ByteBuffer.wrap(entries.key()).getLong() : 0;
        }
    }

    @Override
    public boolean parksCallers() {
        return commits != null;
    }

    @Override
    public void append(String stream, long expectedVersion, List<SampleEvent> events)
            throws Exception {
        if (commits != null) {
            commits.submit(new GroupedAppend(stream, expectedVersion, events));
            return;
        }
        synchronized (stripes[stream.hashCode() & (stripes.length - 1)]) {
            check(stream, expectedVersion, version(stream));
            try (WriteBatch batch = new WriteBatch()) {
                put(batch, stream, expectedVersion, events);
                db.write(synced, batch);
            }
        }
    }

    private void commit(List<GroupCommit.Item<GroupedAppend>> items) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            for (GroupCommit.Item<GroupedAppend> item : items) {
                GroupedAppend append = item.value;
                try {
                    check(append.stream(), append.expectedVersion(), version(append.stream()));
                } catch (WrongVersionException e) {
                    item.completeExceptionally(e);
                    continue;
                }
                put(batch, append.stream(), append.expectedVersion(), append.events());
            }
            db.write(synced, batch);
        }
    }

    private static void check(String stream, long expectedVersion, long actualVersion)
            throws WrongVersionException {
        if (actualVersion != expectedVersion) {
            throw new WrongVersionException(stream, expectedVersion, actualVersion);
        }
    }

    private void put(
            WriteBatch batch, String stream, long expectedVersion, List<SampleEvent> newEvents)
            throws RocksDBException {
        long position = nextPosition.getAndAdd(newEvents.size());
        long version = expectedVersion;
        for (SampleEvent event : newEvents) {
            byte[] positionKey = positionKey(position++);
            version++;
            batch.put(index, versionKey(stream, version), positionKey);
            batch.put(events, positionKey, RawFrames.encode(stream, version, event));
        }
    }

    private long version(String stream) {
        try (RocksIterator entries = db.newIterator(index)) {
            entries.seekForPrev(versionKey(stream, Integer.MAX_VALUE));
            if (!entries.isValid()) {
                return 0;
            }
            byte[] key = entries.key();
            byte[] first = versionKey(stream, 0);
            int nameBytes = first.length - Integer.BYTES;
            boolean isSameStream =
                    key.length == first.length
                            && Arrays.equals(key, 0, nameBytes, first, 0, nameBytes);
            return isSameStream ? ByteBuffer.wrap(key).getInt(nameBytes) : 0;
        }
    }

    private static byte[] versionKey(String stream, long version) {
        byte[] name = bytes(stream);
        return ByteBuffer.allocate(name.length + 1 + Integer.BYTES)
                .put(name)
                .put((byte) 0)
                .putInt((int) version)
                .array();
    }

    private static byte[] positionKey(long position) {
        return ByteBuffer.allocate(Long.BYTES).putLong(position).array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void load(Iterable<PlacedEvent> placedEvents) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            for (PlacedEvent placed : placedEvents) {
                put(batch, placed.stream(), placed.version() - 1, List.of(placed.event()));
                if (batch.count() >= LOAD_BATCH) {
                    db.write(unlogged, batch);
                    batch.clear();
                }
            }
            db.write(unlogged, batch);
        }
    }

    @Override
    public void settle() throws RocksDBException {
        try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
            db.flush(flush, List.of(events, index));
        }
        db.compactRange(index);
        db.compactRange(events);
    }

    @Override
    public void replay(EventSink sink) throws RocksDBException {
        try (ReadOptions read =
                        new ReadOptions().setReadaheadSize(READAHEAD_BYTES).setFillCache(false);
                RocksIterator entries = db.newIterator(events, read)) {
            for (entries.seekToFirst(); entries.isValid(); entries.next()) {
                long position = ByteBuffer.wrap(entries.key()).getLong();
                RawFrames.decode(entries.value(), position, sink);
            }
            entries.status();
        }
    }

    /** The places of a stream follow each other in the index; its events are asked for at once. */
    @Override
    public StreamReader openReader() {
        return new StreamReader() {
            @Override
            public void read(String stream, EventSink sink) throws RocksDBException {
                List<byte[]> keys = positionKeys(stream);
                if (keys.isEmpty()) {
                    return; // RocksDB does not like to be asked for nothing.
                }
                List<byte[]> frames =
                        db.multiGetAsList(Collections.nCopies(keys.size(), events), keys);
                for (int i = 0; i < frames.size(); i++) {
                    RawFrames.decode(frames.get(i), ByteBuffer.wrap(keys.get(i)).getLong(), sink);
                }
            }

            @Override
            public void close() {}
        };
    }

    private List<byte[]> positionKeys(String stream) throws RocksDBException {
        List<byte[]> keys = new ArrayList<>();
        try (Slice end = new Slice(versionKey(stream, Integer.MAX_VALUE));
                ReadOptions read = new ReadOptions().setIterateUpperBound(end);
                RocksIterator entries = db.newIterator(index, read)) {
            for (entries.seek(versionKey(stream, 1)); entries.isValid(); entries.next()) {
                keys.add(entries.value());
            }
            entries.status();
        }
        return keys;
    }

    @Override
    public boolean canFollow() {
        return true;
    }

    /** RocksDB tells nobody about a write, so this asks for the next position every millisecond. */
    @Override
    public Closeable follow(Consumer<byte[]> handler) {
        long startPosition = nextPosition.get();
        Thread thread =
                Thread.ofPlatform()
                        .name("rocksdb-follower")
                        .daemon()
                        .start(() -> follow(handler, startPosition));
        return () -> {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    private void follow(Consumer<byte[]> handler, long startPosition) {
        long position = startPosition;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                byte[] frame = db.get(events, positionKey(position));
                if (frame == null) {
                    LockSupport.parkNanos(this, POLL_NANOS);
                    continue;
                }
                RawFrames.decode(
                        frame,
                        position++,
                        (at, stream, version, type, payload, metadata) -> handler.accept(payload));
            }
        } catch (RocksDBException e) {
            throw new IllegalStateException("RocksDB cannot be read", e);
        }
    }

    @Override
    public OptionalDouble appendsPerCommit() {
        return commits == null ? OptionalDouble.empty() : commits.itemsPerCommit();
    }

    @Override
    public void close() {
        if (commits != null) {
            commits.close();
        }
        events.close();
        index.close();
        db.close();
        options.close();
        familyOptions.close();
        synced.close();
        unlogged.close();
    }
}
