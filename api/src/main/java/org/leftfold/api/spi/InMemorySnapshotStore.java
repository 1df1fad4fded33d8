package org.leftfold.api.spi;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.leftfold.api.StreamName;

/**
 * The contract of snapshots in executable form: keeps the newest two of each stream and state type
 * in memory, without a limit to their number. For tests. Safe for any thread: one lock guards
 * everything.
 */
public final class InMemorySnapshotStore implements SnapshotStore {
    private static final int KEPT = 2;

    /** By stream, state type and version; guarded by this. */
    private final Map<StreamName, Map<String, TreeMap<Long, Snapshot>>> snapshots = new HashMap<>();

    /** An empty store. */
    public InMemorySnapshotStore() {}

    @Override
    public synchronized void save(Snapshot snapshot) {
        TreeMap<Long, Snapshot> versions =
                snapshots
                        .computeIfAbsent(snapshot.stream(), stream -> new HashMap<>())
                        .computeIfAbsent(snapshot.stateType(), stateType -> new TreeMap<>());
        versions.put(snapshot.version(), snapshot);
        if (versions.size() > KEPT) {
            versions.pollFirstEntry();
        }
    }

    @Override
    public synchronized Optional<Snapshot> newest(
            StreamName stream, String stateType, long maxVersion) {
        Objects.requireNonNull(stream, "stream");
        NameRule.check("state type", stateType);
        TreeMap<Long, Snapshot> versions =
                snapshots.getOrDefault(stream, Map.of()).getOrDefault(stateType, new TreeMap<>());
        return Optional.ofNullable(versions.floorEntry(maxVersion)).map(Map.Entry::getValue);
    }

    @Override
    public synchronized void drop(StreamName stream) {
        snapshots.remove(Objects.requireNonNull(stream, "stream"));
    }
}
