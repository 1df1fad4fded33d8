package org.leftfold.api.shard;

import java.nio.charset.StandardCharsets;
import org.leftfold.api.StreamName;

/**
 * Which shard a stream begins in, and how positions of shards become positions of the whole. Both
 * are for ever: a stream that was placed by one rule is not found by another. Stateless.
 */
final class Placement {
    /** Every shard begins with two events that say which shard it is. */
    static final long OWN_EVENTS = 2;

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final int shards;

    Placement(int shards) {
        this.shards = shards;
    }

    /**
     * FNV-1a of 64 bits over the UTF-8 bytes of a name, then the finalizer of MurmurHash3 (fmix64),
     * because FNV alone leaves the low bits of similar names similar.
     */
    static long hash(StreamName stream) {
        long hash = FNV_OFFSET;
        for (byte each : stream.value().getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * FNV_PRIME;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    /** The shard of a stream that was never moved. The rest is taken with {@code floorMod}. */
    int home(StreamName stream) {
        return Math.floorMod(hash(stream), shards);
    }

    /** The position in the whole of a position in a shard; 0 of the shard's own events. */
    long whole(int shard, long position) {
        return position <= OWN_EVENTS ? 0 : (position - OWN_EVENTS - 1) * shards + shard + 1;
    }

    /** The shard that a position of the whole, at least 1, belongs to. */
    int shardOf(long whole) {
        return Math.floorMod(whole - 1, shards);
    }

    /** The last position in a shard that is not above a position of the whole. */
    long within(int shard, long whole) {
        if (whole == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        long turns = Math.floorDiv(whole - 1 - shard, shards);
        return turns > Long.MAX_VALUE - OWN_EVENTS - 1
                ? Long.MAX_VALUE
                : Math.max(OWN_EVENTS, turns + OWN_EVENTS + 1);
    }
}
