package org.leftfold.engine.index.part;

import java.util.Arrays;
import java.util.UUID;

/**
 * What a part covers.
 *
 * @param storeId identity of the store
 * @param after the position before the first one that is covered
 * @param to the last position that is covered; equal to {@code after} in a part without events
 * @param logEnd location behind the last frame that is covered
 * @param opaque up to {@value #MAX_OPAQUE_BYTES} bytes of the caller, copied
 * @param hashSeed the seed of all hashes in the part
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, compared by content
public record PartHeader(
        UUID storeId, long after, long to, long logEnd, byte[] opaque, long hashSeed) {
    /** Most bytes of the caller. */
    public static final int MAX_OPAQUE_BYTES = 256;

    /** Positions have at most 47 bits, so that a difference of two always has a sign. */
    public static final long MAX_POSITION = (1L << 47) - 1;

    /** Checks the limits. */
    public PartHeader {
        if (after < 0 || to < after || to > MAX_POSITION || logEnd < 0) {
            throw new IllegalArgumentException(
                    "no range of positions: after %d to %d, log end %d"
                            .formatted(after, to, logEnd));
        }
        if (opaque.length > MAX_OPAQUE_BYTES) {
            throw new IllegalArgumentException(
                    "at most %d opaque bytes, not %d".formatted(MAX_OPAQUE_BYTES, opaque.length));
        }
        opaque = opaque.clone();
    }

    @Override
    public byte[] opaque() {
        return opaque.clone();
    }

    /** Number of events that are covered. */
    public long events() {
        return to - after;
    }

    /** Whether a position is one of the range. */
    public boolean covers(long position) {
        return position > after && position <= to;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PartHeader header
                && storeId.equals(header.storeId)
                && after == header.after
                && to == header.to
                && logEnd == header.logEnd
                && hashSeed == header.hashSeed
                && Arrays.equals(opaque, header.opaque);
    }

    @Override
    public int hashCode() {
        return 31 * storeId.hashCode() + Long.hashCode(after ^ (to << 1));
    }

    @Override
    public String toString() {
        return "positions %d..%d of store %s".formatted(after + 1, to, storeId);
    }
}
