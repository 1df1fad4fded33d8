package org.leftfold.engine.side;

import java.util.Arrays;

/**
 * From the hash of a subject to the offsets of his records: open addressing, without the hashes
 * themselves, so a hit is only a candidate. 13 to 26 bytes a subject. Guarded by the store's lock.
 */
final class SubjectTable {
    /** Bits of a hash that a slot has room for. */
    static final int HASH_BITS = 27;

    private static final int OFFSET_BITS = 64 - HASH_BITS;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;
    private static final int INITIAL_SLOTS = 1 << 6;
    private static final long[] NONE = {};

    private final int hashBits;
    private long[] slots = new long[INITIAL_SLOTS]; // hash, then offset / 8; 0: the slot is free
    private int used;

    /** Tests use few bits, so that collisions are everywhere. */
    SubjectTable(int hashBits) {
        this.hashBits = hashBits;
    }

    private long hash(byte[] subject) {
        int bits = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            bits = (bits << 8) | (subject[i] & 0xff);
        }
        return (long) (bits >>> (32 - hashBits)) << OFFSET_BITS;
    }

    void add(byte[] subject, long offset) {
        if (used >= slots.length / 8 * 5) {
            grow();
        }
        insert(hash(subject) | place(offset));
        used++;
    }

    private static long place(long offset) {
        long place = offset / RecordFormat.ALIGNMENT;
        if (place > OFFSET_MASK) {
            throw new IllegalStateException("a table of keys has no room for offset " + offset);
        }
        return place;
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
        return (int) (entry >>> OFFSET_BITS) & mask;
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

    /** Puts another record in the place of one; false if that one is not there. */
    boolean replace(byte[] subject, long offset, long replacement) {
        long hash = hash(subject);
        long wanted = hash | place(offset);
        int mask = slots.length - 1;
        for (int slot = slotOf(hash, mask); slots[slot] != 0; slot = (slot + 1) & mask) {
            if (slots[slot] == wanted) {
                slots[slot] = hash | place(replacement);
                return true;
            }
        }
        return false;
    }

    /** Offsets of records whose subject may be this one. */
    long[] candidates(byte[] subject) {
        long hash = hash(subject);
        int mask = slots.length - 1;
        int count = 0;
        long[] found = NONE;
        for (int slot = slotOf(hash, mask); slots[slot] != 0; slot = (slot + 1) & mask) {
            if ((slots[slot] & ~OFFSET_MASK) == hash) {
                found = Arrays.copyOf(found, count + 1);
                found[count++] = offset(slots[slot]);
            }
        }
        return found;
    }

    /** The offsets of all records, rising, each once. */
    long[] offsets() {
        return Arrays.stream(slots)
                .filter(entry -> entry != 0)
                .map(SubjectTable::offset)
                .sorted()
                .distinct()
                .toArray();
    }

    private static long offset(long entry) {
        return (entry & OFFSET_MASK) * RecordFormat.ALIGNMENT;
    }

    void clear() {
        slots = new long[INITIAL_SLOTS];
        used = 0;
    }

    int slotCount() {
        return slots.length;
    }
}
