package org.leftfold.api.shard;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.leftfold.api.StreamName;

/**
 * Versions of streams, as their shards count them, at which this program saw an event of somebody.
 * A departure cannot stand at such a version: an append that expects it, or a lower one, conflicts
 * if the stream was moved, and needs no further check. Safe for any thread.
 */
final class SeenVersions {
    /** About 2 MiB; a stream that fell out costs its next append a condition. */
    private static final int MAX_STREAMS = 16_384;

    private record Seen(int shard, long version) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<StreamName, Seen> seen = new LinkedHashMap<>(64, 0.75f, true); // by lock

    void note(StreamName stream, int shard, long version) {
        if (version < 1) {
            return;
        }
        lock.lock();
        try {
            Seen before = seen.get(stream);
            if (before == null || before.shard != shard || before.version < version) {
                seen.put(stream, new Seen(shard, version));
            }
            if (seen.size() > MAX_STREAMS) {
                seen.remove(seen.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether an event was seen at this version or above. */
    boolean covers(StreamName stream, int shard, long version) {
        lock.lock();
        try {
            Seen known = seen.get(stream);
            return known != null && known.shard == shard && known.version >= version;
        } finally {
            lock.unlock();
        }
    }
}
