package org.leftfold.engine.index;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.leftfold.api.StreamName;

/**
 * The versions of streams that were asked for lately, as files have them. Two generations: when the
 * young one is full it becomes the old one, and what nobody asked for since is gone. Any thread may
 * ask; the index sees to it that a version that is put is the newest one that files have.
 */
final class Heads {
    private static final int ENTRY_BYTES = 130; // of the map, the name's objects and the head

    private final long generationBytes;
    private long youngBytes; // guarded by this
    private volatile Map<StreamName, Head> young = new ConcurrentHashMap<>(); // put under this
    private volatile Map<StreamName, Head> old = Map.of();

    /** Changed in place: most streams that are put are there already. */
    private static final class Head {
        private volatile long version;

        Head(long version) {
            this.version = version;
        }
    }

    /** Takes at most about {@code maxBytes} of memory. */
    Heads(long maxBytes) {
        generationBytes = maxBytes / 2;
    }

    /** The version of a stream, or 0 if it is not known here. */
    long get(StreamName stream) {
        Head head = young.get(stream);
        if (head == null) {
            head = old.get(stream);
        }
        return head == null ? 0 : head.version;
    }

    /** Keeps a version. */
    synchronized void put(StreamName stream, long version) {
        Head known = young.get(stream);
        if (known != null) {
            known.version = version;
            return;
        }
        if (youngBytes > generationBytes) {
            old = young;
            young = new ConcurrentHashMap<>();
            youngBytes = 0;
        }
        young.put(stream, new Head(version));
        youngBytes += ENTRY_BYTES + stream.value().length();
    }
}
