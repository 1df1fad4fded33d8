package org.leftfold.api.shard;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.leftfold.api.StreamName;

/**
 * Versions of streams, as their shards count them, at which this program saw an event of somebody.
 * A departure cannot stand at such a version: an append that expects it, or a lower one, conflicts
 * if the stream was moved, and needs no further check.
 *
 * <p>That holds only for whoever counts by the same moves as the one who saw the event: behind
 * moves away and back the same version of the shard is another one of the stream. Safe for any
 * thread.
 */
final class SeenVersions {
    /** About 2 MiB; a stream that fell out costs its next append a condition. */
    private static final int MAX_STREAMS = 16_384;

    private record Seen(int shard, int controls, long version) {
        boolean isUnder(int otherShard, Track track) {
            return shard == otherShard && controls == track.controls().size(); // they only grow
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<StreamName, Seen> seen = new LinkedHashMap<>(64, 0.75f, true); // by lock

    /**
     * @param track all moves of the stream up to that event, in this shard; more do no harm
     */
    void note(StreamName stream, int shard, Track track, long version) {
        if (version < 1) {
            return;
        }
        lock.lock();
        try {
            Seen before = seen.get(stream);
            if (before == null || !before.isUnder(shard, track) || before.version < version) {
                seen.put(stream, new Seen(shard, track.controls().size(), version));
            }
            if (seen.size() > MAX_STREAMS) {
                seen.remove(seen.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether an event was seen at this version or above, by whoever knew just these moves. */
    boolean covers(StreamName stream, int shard, Track track, long version) {
        lock.lock();
        try {
            Seen known = seen.get(stream);
            return known != null && known.isUnder(shard, track) && known.version >= version;
        } finally {
            lock.unlock();
        }
    }
}
