package org.leftfold.engine.index;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.StreamName;

/**
 * The versions of streams that were asked for lately, as files have them. Two generations: when the
 * young one is full it becomes the old one, and what nobody asked for since is gone. Any thread may
 * ask; the index keeps what is put in order with its changes.
 */
final class Heads {
    private static final int ENTRY_BYTES = 120; // of the map and the name's objects

    private final long generationBytes;
    private final AtomicLong youngBytes = new AtomicLong();
    private volatile Map<StreamName, Long> young = new ConcurrentHashMap<>();
    private volatile Map<StreamName, Long> old = Map.of();

    /** Takes at most about {@code maxBytes} of memory. */
    Heads(long maxBytes) {
        generationBytes = maxBytes / 2;
    }

    /** The version of a stream, or null if it is not known here. */
    @Nullable Long get(StreamName stream) {
        Long version = young.get(stream);
        return version != null ? version : old.get(stream);
    }

    /** Keeps a version. Under the lock of the index. */
    void put(StreamName stream, long version) {
        if (youngBytes.get() > generationBytes) {
            old = young;
            young = new ConcurrentHashMap<>();
            youngBytes.set(0);
        }
        if (young.put(stream, version) == null) {
            youngBytes.addAndGet(ENTRY_BYTES + stream.value().length());
        }
    }

    /** Knows a version that is not the newest any more only if nobody can ask for it. */
    boolean isKnown(StreamName stream) {
        return get(stream) != null;
    }
}
