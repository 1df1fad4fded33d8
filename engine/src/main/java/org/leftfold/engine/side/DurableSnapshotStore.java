package org.leftfold.engine.side;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.NameRule;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.engine.log.Corruption;

/**
 * Snapshots in the file {@link SideFiles#SNAPSHOTS}. States stay on disk, names and versions are in
 * memory. Of each stream and state type the newest two are kept: the newest for a load of the whole
 * stream, the one before it for a load up to an older version, and in case the newest is damaged.
 * When {@link SnapshotLimits} are reached, those that were saved first go first.
 *
 * <p>Derived data: saving does not wait for the disk, so a crash may lose the last ones; dropping
 * does wait. What is damaged is left out and told to the listener, when the store is opened and
 * when a snapshot is read: a checksum guards each state. Where damage may have hidden that a stream
 * was dropped, all that was saved before it is left out.
 *
 * <pre>
 * snapshot:  text stream    text state type    i64 version    i32 schema version    state
 * drop:      text stream
 * </pre>
 */
public final class DurableSnapshotStore extends RecordStore implements SnapshotStore {
    private static final int KEPT = 2;

    private record Kept(
            StreamName stream, String stateType, long version, long start, int recordBytes) {
        long end() {
            return start + recordBytes;
        }
    }

    private final SnapshotLimits limits;

    /** By stream, state type and version; guarded by the store's lock, as all below. */
    private final Map<StreamName, Map<String, NavigableMap<Long, Kept>>> snapshots =
            new HashMap<>();

    private final NavigableMap<Long, Kept> byAge = new TreeMap<>(); // by place in the file
    private long liveBytes;
    private long lastDrop; // behind the last record that drops a stream

    private DurableSnapshotStore(SideHome home, SnapshotLimits limits, int floorBytes) {
        super(home, FileKind.SNAPSHOTS, floorBytes);
        this.limits = limits;
    }

    /**
     * Opens the store of a directory, making its file if it is missing or beyond use.
     *
     * @throws org.leftfold.api.StoreUnavailableException if it cannot be read or written (LF-3003,
     *     LF-3005)
     */
    public static DurableSnapshotStore open(SideHome home, SnapshotLimits limits) {
        return open(
                home, limits, (int) Math.min(COMPACTION_FLOOR_BYTES, limits.maxFileBytes() / 2));
    }

    static DurableSnapshotStore open(SideHome home, SnapshotLimits limits, int floorBytes) {
        DurableSnapshotStore store = new DurableSnapshotStore(home, limits, floorBytes);
        store.openFile();
        return store;
    }

    @Override
    public void save(Snapshot snapshot) {
        byte[] content = content(snapshot);
        perform(() -> {
            NavigableMap<Long, Kept> versions = versions(snapshot.stream(), snapshot.stateType());
            boolean wanted = versions.size() < KEPT || snapshot.version() >= versions.firstKey();
            if (!wanted || RecordFormat.recordBytes(content.length) > maxLiveBytes()) {
                return new Outcome<>(false, 0);
            }
            add(RecordType.SNAPSHOT, content, false);
            return new Outcome<>(true, file().end());
        });
    }

    @Override
    public Optional<Snapshot> newest(StreamName stream, String stateType, long maxVersion) {
        Objects.requireNonNull(stream, "stream");
        NameRule.check("state type", stateType);
        return perform(() -> {
            while (true) {
                Map.Entry<Long, Kept> entry = versions(stream, stateType).floorEntry(maxVersion);
                if (entry == null) {
                    return new Outcome<>(Optional.<Snapshot>empty(), lastDrop);
                }
                Snapshot found = read(entry.getValue());
                if (found != null) {
                    return new Outcome<>(Optional.of(found), entry.getValue().end());
                }
                forget(entry.getValue());
            }
        });
    }

    @Override
    public void drop(StreamName stream) {
        byte[] name = Fields.utf8(stream.value());
        byte[] content = new byte[Fields.textBytes(name)];
        Fields.putText(Fields.of(content), name);
        perform(() -> {
            // Also where nothing is known: the file may have what memory left out.
            add(RecordType.DROP, content, true);
            return new Outcome<>(true, file().end());
        });
    }

    private NavigableMap<Long, Kept> versions(StreamName stream, String stateType) {
        return snapshots.getOrDefault(stream, Map.of()).getOrDefault(stateType, new TreeMap<>());
    }

    private long maxLiveBytes() {
        return limits.maxFileBytes() / 2;
    }

    /** Reads a snapshot; null, and tells the listener, if it is damaged. */
    private @Nullable Snapshot read(Kept kept) throws IOException {
        try {
            Snapshot found = snapshot(file().read(kept.start).content());
            if (found.stream().equals(kept.stream)
                    && found.stateType().equals(kept.stateType)
                    && found.version() == kept.version) {
                return found;
            }
            home().listener().noticed("a snapshot of another stream lies at " + kept.start);
        } catch (Corruption e) {
            home().listener().noticed("a snapshot is dropped: " + e.getMessage());
        }
        return null;
    }

    private static byte[] content(Snapshot snapshot) {
        byte[] stream = Fields.utf8(snapshot.stream().value());
        byte[] stateType = Fields.utf8(snapshot.stateType());
        int texts = Fields.textBytes(stream) + Fields.textBytes(stateType);
        byte[] content =
                new byte[texts + Long.BYTES + Integer.BYTES + snapshot.state().sizeBytes()];
        ByteBuffer target = Fields.of(content);
        Fields.putText(target, stream);
        Fields.putText(target, stateType);
        target.putLong(snapshot.version()).putInt(snapshot.schemaVersion());
        snapshot.state().copyTo(content, target.position());
        return content;
    }

    private static Snapshot snapshot(byte[] content) {
        ByteBuffer source = Fields.of(content);
        StreamName stream = StreamName.ofStored(Fields.text(source));
        String stateType = Fields.text(source);
        long version = source.getLong();
        int schemaVersion = source.getInt();
        byte[] state = new byte[source.remaining()];
        source.get(state);
        return new Snapshot(stream, version, stateType, schemaVersion, Payload.wrap(state));
    }

    @Override
    void reset() {
        snapshots.clear();
        byAge.clear();
        liveBytes = 0;
        lastDrop = 0;
    }

    @Override
    void applied(long offset, byte type, byte[] content) {
        int recordBytes = RecordFormat.recordBytes(content.length);
        ByteBuffer source = Fields.of(content);
        StreamName stream = StreamName.ofStored(Fields.text(source));
        if (type == RecordType.DROP) {
            Map<String, NavigableMap<Long, Kept>> dropped = snapshots.remove(stream);
            if (dropped != null) {
                dropped.values().forEach(versions -> versions.values().forEach(this::uncount));
            }
            lastDrop = offset + recordBytes;
            return;
        }
        String stateType = Fields.text(source);
        Kept kept = new Kept(stream, stateType, source.getLong(), offset, recordBytes);
        NavigableMap<Long, Kept> versions =
                snapshots
                        .computeIfAbsent(stream, one -> new HashMap<>())
                        .computeIfAbsent(stateType, one -> new TreeMap<>());
        Kept before = versions.put(kept.version, kept);
        if (before != null) {
            uncount(before);
        }
        byAge.put(offset, kept);
        liveBytes += recordBytes;
        if (versions.size() > KEPT) {
            forget(versions.firstEntry().getValue());
        }
        while (byAge.size() > limits.maxSnapshots() || liveBytes > maxLiveBytes()) {
            forget(byAge.firstEntry().getValue());
        }
    }

    private void uncount(Kept kept) {
        byAge.remove(kept.start);
        liveBytes -= kept.recordBytes;
    }

    /** Leaves a snapshot out from now on; in the file it stays until that is made anew. */
    private void forget(Kept kept) {
        uncount(kept);
        Map<String, NavigableMap<Long, Kept>> types = snapshots.getOrDefault(kept.stream, Map.of());
        NavigableMap<Long, Kept> versions = types.getOrDefault(kept.stateType, new TreeMap<>());
        versions.remove(kept.version);
        if (versions.isEmpty()) {
            types.remove(kept.stateType);
        }
        if (types.isEmpty()) {
            snapshots.remove(kept.stream);
        }
    }

    @Override
    long liveBytes() {
        return liveBytes;
    }

    @Override
    void writeSurvivors(RecordSink sink) throws IOException {
        for (Kept kept : byAge.values()) {
            try {
                sink.add(RecordType.SNAPSHOT, file().read(kept.start).content());
            } catch (Corruption e) {
                home().listener().noticed("a snapshot is dropped: " + e.getMessage());
            }
        }
    }
}
