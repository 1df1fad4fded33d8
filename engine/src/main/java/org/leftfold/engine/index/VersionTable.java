package org.leftfold.engine.index;

import org.leftfold.api.StreamName;
import org.leftfold.engine.log.BodyDecoder.IndexEntry;
import org.leftfold.engine.log.ReplayState;

/**
 * Only the versions of streams, by 64-bit hashes of their names: what checking a log needs, in 20
 * to 40 bytes a stream. One thread.
 */
public final class VersionTable implements IndexFeed {
    private long[] hashes = new long[1 << 10]; // 0: the slot is free
    private long[] versions = new long[1 << 10];
    private long streams;

    @Override
    public void add(IndexEntry event, long location) {
        int slot = slotOf(hash(event.stream()), hashes);
        if (hashes[slot] == 0) {
            hashes[slot] = hash(event.stream());
            streams++;
        }
        versions[slot] = event.version();
        if (streams > hashes.length / 8L * 5) {
            grow();
        }
    }

    private void grow() {
        long[] oldHashes = hashes;
        long[] oldVersions = versions;
        hashes = new long[2 * oldHashes.length];
        versions = new long[hashes.length];
        for (int i = 0; i < oldHashes.length; i++) {
            if (oldHashes[i] != 0) {
                int slot = slotOf(oldHashes[i], hashes);
                hashes[slot] = oldHashes[i];
                versions[slot] = oldVersions[i];
            }
        }
    }

    private static int slotOf(long hash, long[] hashes) {
        int mask = hashes.length - 1;
        int slot = (int) hash & mask;
        while (hashes[slot] != 0 && hashes[slot] != hash) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private static long hash(StreamName stream) {
        long hash = 0x9E3779B97F4A7C15L;
        String name = stream.value();
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0xff51afd7ed558ccdL;
            hash ^= hash >>> 32;
        }
        return hash == 0 ? 1 : hash;
    }

    @Override
    public void truncate(StreamName stream, long firstKeptVersion) {
        // whether an event may be read changes nothing in the versions
    }

    @Override
    public long knownVersion(StreamName stream) {
        return version(stream);
    }

    @Override
    public long version(StreamName stream) {
        return versions[slotOf(hash(stream), hashes)];
    }

    /** The walk has filed nothing beyond the position that it asks for. */
    @Override
    public long versionAt(StreamName stream, long upTo) {
        return version(stream);
    }

    @Override
    public boolean wantsFlush() {
        return false;
    }

    @Override
    public void flush(ReplayState state) {
        throw new UnsupportedOperationException("this table is not kept");
    }

    /** How many streams there are. */
    public long streamCount() {
        return streams;
    }
}
