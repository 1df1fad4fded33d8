package org.leftfold.cli.intake;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import org.leftfold.api.StreamName;

/**
 * Remembers which streams an import has met, in about 13 bytes a stream: 63 bits of a hash of the
 * name, and one bit for {@link #markNew}. Two names of the same hash, one pair in 3 thousand
 * million streams, would be counted as one stream; nothing else would come of it, because event ids
 * are made from the name itself. For one thread.
 */
public final class StreamTable {
    private static final int FIRST_CAPACITY = 1024;
    private static final double MAX_LOAD = 0.8;
    private static final long NEW = 1;

    private final MessageDigest sha256;
    private final Map<Long, Integer> repetitions = new HashMap<>(); // only of names met again
    private long[] slots = new long[FIRST_CAPACITY]; // 0 is an empty slot
    private int used;

    /** An empty table. */
    public StreamTable() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(
                    "this JVM has no SHA-256, which every JVM must have", e);
        }
    }

    /** How many times this was asked before for this stream. */
    public int nextOccurrence(StreamName stream) {
        long hash = hash(stream);
        int slot = slot(hash);
        if (slots[slot] == 0) {
            insert(slot, hash);
            return 0;
        }
        return repetitions.merge(hash, 1, Integer::sum);
    }

    /** Marks a stream; whether it was not marked before. */
    public boolean markNew(StreamName stream) {
        long hash = hash(stream);
        int slot = slot(hash);
        if (slots[slot] == 0) {
            insert(slot, hash | NEW);
            return true;
        }
        if ((slots[slot] & NEW) != 0) {
            return false;
        }
        slots[slot] |= NEW;
        return true;
    }

    private long hash(StreamName stream) {
        byte[] digest = sha256.digest(stream.value().getBytes(StandardCharsets.UTF_8));
        long hash = ByteBuffer.wrap(digest).getLong() & ~NEW;
        return hash == 0 ? 2 : hash;
    }

    private int slot(long hash) {
        int slot = (int) (hash >>> 33) % slots.length;
        while (slots[slot] != 0 && (slots[slot] & ~NEW) != hash) {
            slot = (slot + 1) % slots.length;
        }
        return slot;
    }

    private void insert(int slot, long value) {
        slots[slot] = value;
        used++;
        if (used > slots.length * MAX_LOAD) {
            grow();
        }
    }

    private void grow() {
        long[] old = slots;
        slots = new long[old.length + old.length / 2];
        for (long value : old) {
            if (value != 0) {
                slots[slot(value & ~NEW)] = value;
            }
        }
    }
}
