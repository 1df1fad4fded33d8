package org.leftfold.engine.index;

import org.leftfold.api.EventId;
import org.leftfold.api.StreamName;

/**
 * How a stream and an event id become 40 bits, by which events are looked up. The hash stands in
 * index files, so it never changes; two events with one hash are told apart by reading them.
 *
 * @param seed unknown to whoever chooses ids, so that nobody can make them collide
 * @param bits how many of the bits count, 1 to 40; few are for tests that want collisions
 */
public record IdHashing(long seed, int bits) {
    /** Length of a hash. */
    public static final int BITS = 40;

    /** The usual hashing. */
    public static IdHashing of(long seed) {
        return new IdHashing(seed, BITS);
    }

    /** A number from 0 to 2^40 - 1. */
    long hash(StreamName stream, EventId id) {
        long high = id.value().getMostSignificantBits();
        long low = id.value().getLeastSignificantBits();
        long hash =
                mix(mix(high ^ seed) * 0x9E3779B97F4A7C15L ^ low)
                        ^ stream.value().hashCode() * 0xC2B2AE3D27D4EB4FL;
        return mix(hash) >>> (Long.SIZE - bits) << (BITS - bits);
    }

    private static long mix(long value) {
        long mixed = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
