package org.leftfold.engine.index;

import java.util.Arrays;
import org.leftfold.api.EventId;
import org.leftfold.api.StreamName;

/**
 * From stream and event id to position: open addressing over 64-bit hashes, without the ids
 * themselves, so a hit is only a candidate. About 27 bytes an event. One thread.
 */
final class IdTable {
    private static final int INITIAL_SLOTS = 1 << 6;

    private final int hashBits;
    private long[] hashes = new long[INITIAL_SLOTS];
    private long[] positions = new long[INITIAL_SLOTS]; // 0: the slot is free
    private int used;

    /** Tests use few bits, so that collisions are everywhere. */
    IdTable(int hashBits) {
        this.hashBits = hashBits;
    }

    private long hash(StreamName stream, EventId id) {
        long high = id.value().getMostSignificantBits();
        long low = id.value().getLeastSignificantBits();
        long hash = mix(high * 0x9E3779B97F4A7C15L ^ low) ^ stream.hashCode() * 0xC2B2AE3D27D4EB4FL;
        return mix(hash) >>> (64 - hashBits);
    }

    private static long mix(long value) {
        long mixed = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }

    void add(StreamName stream, EventId id, long position) {
        if (used >= hashes.length / 8 * 5) {
            grow();
        }
        insert(hash(stream, id), position);
        used++;
    }

    private void insert(long hash, long position) {
        int mask = hashes.length - 1;
        int slot = (int) hash & mask;
        while (positions[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        hashes[slot] = hash;
        positions[slot] = position;
    }

    private void grow() {
        long[] oldHashes = hashes;
        long[] oldPositions = positions;
        hashes = new long[oldHashes.length * 2];
        positions = new long[oldHashes.length * 2];
        for (int i = 0; i < oldPositions.length; i++) {
            if (oldPositions[i] != 0) {
                insert(oldHashes[i], oldPositions[i]);
            }
        }
    }

    /** Positions of events with the same hash, rising. */
    long[] candidates(StreamName stream, EventId id) {
        long hash = hash(stream, id);
        int mask = hashes.length - 1;
        int count = 0;
        for (int slot = (int) hash & mask; positions[slot] != 0; slot = (slot + 1) & mask) {
            count += hashes[slot] == hash ? 1 : 0;
        }
        if (count == 0) {
            return NONE;
        }
        long[] found = new long[count];
        for (int slot = (int) hash & mask; positions[slot] != 0; slot = (slot + 1) & mask) {
            if (hashes[slot] == hash) {
                found[--count] = positions[slot];
            }
        }
        Arrays.sort(found);
        return found;
    }

    private static final long[] NONE = {};

    long memoryBytes() {
        return 16L * hashes.length;
    }
}
