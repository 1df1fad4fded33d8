package org.leftfold.engine.index;

import java.util.concurrent.atomic.AtomicLongArray;
import org.leftfold.api.StreamName;

/**
 * Which streams may have been truncated: filters that grow, so that the many that were not are
 * passed without a look into files. About 2 bytes a truncated stream. One thread adds, any asks.
 */
final class TruncatedStreams {
    private static final int FIRST_STREAMS = 1 << 10;
    private static final int BITS_A_STREAM = 10;
    private static final int PROBES = 4;
    private static final int MAX_FILTERS = 24;

    private final AtomicLongArray[] filters = new AtomicLongArray[MAX_FILTERS];
    private volatile int filterCount; // written by the adding thread, read by all
    private int added; // to the last filter

    /** Whether no stream was truncated. */
    boolean isEmpty() {
        return filterCount == 0;
    }

    void add(StreamName stream) {
        if (mayContain(stream)) {
            return;
        }
        int count = filterCount;
        if (count == 0 || (added >= FIRST_STREAMS << (count - 1) && count < MAX_FILTERS)) {
            filters[count] = new AtomicLongArray((FIRST_STREAMS << count) / 64 * BITS_A_STREAM);
            count++;
            added = 0;
        }
        AtomicLongArray filter = filters[count - 1];
        long hash = hash(stream);
        for (int i = 0; i < PROBES; i++) {
            long bit = bit(hash, i, filter);
            filter.accumulateAndGet((int) (bit >>> 6), 1L << bit, (bits, one) -> bits | one);
        }
        added++;
        filterCount = count;
    }

    /** False only if the stream was not added. */
    boolean mayContain(StreamName stream) {
        int count = filterCount;
        long hash = count == 0 ? 0 : hash(stream);
        for (int i = 0; i < count; i++) {
            if (isIn(hash, filters[i])) {
                return true;
            }
        }
        return false;
    }

    private static boolean isIn(long hash, AtomicLongArray filter) {
        for (int i = 0; i < PROBES; i++) {
            long bit = bit(hash, i, filter);
            if ((filter.get((int) (bit >>> 6)) & 1L << bit) == 0) {
                return false;
            }
        }
        return true;
    }

    private static long bit(long hash, int probe, AtomicLongArray filter) {
        long mixed = (hash + probe * 0x9E3779B97F4A7C15L) * 0xff51afd7ed558ccdL;
        return Math.floorMod(mixed ^ mixed >>> 32, filter.length() * 64L);
    }

    private static long hash(StreamName stream) {
        long hash = 0;
        String name = stream.value();
        for (int i = 0; i < name.length(); i++) {
            hash = hash * 0xC2B2AE3D27D4EB4FL + name.charAt(i);
        }
        return hash ^ hash >>> 29;
    }
}
