package org.leftfold.engine.index;

import java.util.Arrays;
import org.leftfold.api.EventId;
import org.leftfold.api.StreamName;

/**
 * From the hash of an id to positions above one: open addressing, without the ids themselves, so a
 * hit is only a candidate. 13 to 26 bytes an event. One thread, or several that read what is
 * settled.
 *
 * <p>Additions are gathered and put into the table together: in a tight loop their cache misses
 * overlap, which makes them several times cheaper than one miss after each event.
 */
final class IdTable {
    private static final int INITIAL_SLOTS = 1 << 6;

    /** Enough for the misses to overlap, little enough to stay in the nearest cache. */
    private static final int GATHERED = 1 << 10;

    /** Behind the hash, the place in the table, which is at least 1. */
    private static final int PLACE_BITS = Long.SIZE - IdHashing.BITS;

    private static final long PLACE_MASK = (1L << PLACE_BITS) - 1;
    private static final long[] NONE = {};

    private final IdHashing hashing;
    private final long after;
    private final long[] gathered = new long[GATHERED];
    private int gatheredCount;
    private long[] slots = new long[INITIAL_SLOTS]; // hash, then place; 0: the slot is free
    private int used;

    /** An empty table of positions above {@code after}. */
    IdTable(IdHashing hashing, long after) {
        this.hashing = hashing;
        this.after = after;
    }

    void add(StreamName stream, EventId id, long position) {
        long place = position - after;
        if (place < 1 || place > PLACE_MASK) {
            throw new IllegalStateException("a table in memory has no place " + place);
        }
        if (gatheredCount == GATHERED) {
            settle();
        }
        gathered[gatheredCount++] = hashing.hash(stream, id) << PLACE_BITS | place;
    }

    /** Puts what was gathered into the table. */
    void settle() {
        if (gatheredCount == 0) {
            return;
        }
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

    /** Positions of events with this hash, rising. */
    long[] candidates(long hash) {
        settle();
        long wanted = hash << PLACE_BITS;
        int mask = slots.length - 1;
        int count = 0;
        long[] found = NONE;
        for (int slot = slotOf(wanted, mask); slots[slot] != 0; slot = (slot + 1) & mask) {
            if ((slots[slot] & ~PLACE_MASK) == wanted) {
                found = Arrays.copyOf(found, count + 1);
                found[count++] = after + (slots[slot] & PLACE_MASK);
            }
        }
        Arrays.sort(found);
        return found;
    }

    /**
     * All entries, sorted by hash, then position; {@link #hashOf} and {@link #positionOf} read
     * them.
     */
    long[] sorted() {
        long[] entries = new long[used];
        int count = 0;
        for (long entry : slots) {
            if (entry != 0) {
                entries[count++] = entry ^ Long.MIN_VALUE; // so that they sort as unsigned numbers
            }
        }
        Arrays.sort(entries);
        return entries;
    }

    static long hashOf(long sortedEntry) {
        return (sortedEntry ^ Long.MIN_VALUE) >>> PLACE_BITS;
    }

    long positionOf(long sortedEntry) {
        return after + (sortedEntry & PLACE_MASK);
    }

    long memoryBytes() {
        return 8L * (slots.length + GATHERED);
    }
}
