package org.leftfold.engine.index;

import java.util.Arrays;
import org.leftfold.api.EventId;
import org.leftfold.api.StreamName;

/**
 * From stream and event id to position: open addressing over 32-bit hashes, without the ids
 * themselves, so a hit is only a candidate. 13 to 26 bytes an event, for at most 2^32 positions.
 * One thread.
 *
 * <p>Additions are gathered and put into the table together: in a tight loop their cache misses
 * overlap, which makes them several times cheaper than one miss after each event.
 */
final class IdTable {
    private static final int INITIAL_SLOTS = 1 << 6;

    /** Enough for the misses to overlap, little enough to stay in the nearest cache. */
    private static final int GATHERED = 1 << 10;

    private static final long POSITION_MASK = 0xffff_ffffL;

    private final int hashBits;
    private final long seed; // unknown to whoever chooses ids
    private final long[] gathered = new long[GATHERED];
    private int gatheredCount;
    private long[] slots = new long[INITIAL_SLOTS]; // hash, then position; 0: the slot is free
    private int used;

    /** Tests use few bits, so that collisions are everywhere. */
    IdTable(int hashBits, long seed) {
        this.hashBits = hashBits;
        this.seed = seed;
    }

    /** The hash in the high half of a long. */
    private long hash(StreamName stream, EventId id) {
        long high = id.value().getMostSignificantBits();
        long low = id.value().getLeastSignificantBits();
        long hash =
                mix(mix(high ^ seed) * 0x9E3779B97F4A7C15L ^ low)
                        ^ stream.hashCode() * 0xC2B2AE3D27D4EB4FL;
        return mix(hash) >>> (64 - hashBits) << 32;
    }

    private static long mix(long value) {
        long mixed = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }

    void add(StreamName stream, EventId id, long position) {
        if (position > POSITION_MASK) {
            throw new IllegalStateException(
                    "an index in memory has no room for position " + position);
        }
        if (gatheredCount == GATHERED) {
            insertGathered();
        }
        gathered[gatheredCount++] = hash(stream, id) | position;
    }

    private void insertGathered() {
        while (used + gatheredCount >= slots.length / 8 * 5) {
            grow();
        }
        for (int i = 0; i < gatheredCount; i++) {
            insert(gathered[i]);
        }
        used += gatheredCount;
        gatheredCount = 0;
    }

    private void insert(long entry) {
        int mask = slots.length - 1;
        int slot = slotOf(entry, mask);
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = entry;
    }

    private static int slotOf(long entry, int mask) {
        return (int) (entry >>> 32) & mask;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[old.length * 2];
        for (long entry : old) {
            if (entry != 0) {
                insert(entry);
            }
        }
    }

    /** Positions of events with the same hash, rising. */
    long[] candidates(StreamName stream, EventId id) {
        insertGathered();
        long hash = hash(stream, id);
        int mask = slots.length - 1;
        int count = 0;
        long[] found = NONE;
        for (int slot = slotOf(hash, mask); slots[slot] != 0; slot = (slot + 1) & mask) {
            if ((slots[slot] & ~POSITION_MASK) == hash) {
                found = Arrays.copyOf(found, count + 1);
                found[count++] = slots[slot] & POSITION_MASK;
            }
        }
        Arrays.sort(found);
        return found;
    }

    private static final long[] NONE = {};

    long memoryBytes() {
        return 8L * (slots.length + GATHERED);
    }
}
