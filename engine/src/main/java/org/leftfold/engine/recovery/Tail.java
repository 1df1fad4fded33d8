package org.leftfold.engine.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.leftfold.engine.log.Bytes;
import org.leftfold.engine.log.FrameHeader;
import org.leftfold.engine.log.Segment;
import org.leftfold.io.DataFile;

/**
 * Looks at what lies behind the last good frame of a log. It must be what a crash can leave of one
 * group that was never acknowledged: anything, in any order, but no frame that says the log was
 * durable beyond its beginning.
 */
final class Tail {
    private static final int BLOCK_BYTES = 1 << 20;

    /** Tails are zeros nearly everywhere: this many are passed at once. */
    private static final int SKIP = 256;

    private Tail() {}

    /**
     * What was found.
     *
     * @param garbageEnd behind the last byte that is not zero, or where the tail begins if there is
     *     none
     * @param witness offset of a valid frame whose mark lies beyond the beginning of the tail, or
     *     -1: proof that the log was durable there
     */
    record Findings(long garbageEnd, long witness) {}

    /** Looks at a segment from {@code from} to its end. */
    static Findings inspect(Segment segment, long from) {
        long end = segment.header().capacityBytes();
        FrameHeader header = new FrameHeader(segment.header());
        byte[] block = new byte[(int) Math.min(BLOCK_BYTES, end - from)];
        long garbageEnd = from;
        long witness = -1;
        long offset = from;
        while (offset < end) {
            int filled = segment.read(offset, block, 0, (int) Math.min(block.length, end - offset));
            if (filled == 0) {
                break;
            }
            boolean last = offset + filled >= end;
            int usable = last ? filled : Math.max(1, filled - FrameHeader.MAX_BYTES);
            for (int i = 0; i < usable; i++) {
                if (block[i] == 0) {
                    i += i + SKIP <= usable && Bytes.allZero(block, i, i + SKIP) ? SKIP - 1 : 0;
                    continue;
                }
                garbageEnd = offset + i + 1;
                int frame = i - 4; // a frame has its kind, which is not 0, at its fifth byte
                if (witness < 0
                        && frame >= 0
                        && isWitness(header, block, frame, filled, offset + frame, from)) {
                    witness = offset + frame;
                }
            }
            offset += last ? filled : Math.max(1, usable - 4);
        }
        return new Findings(garbageEnd, witness);
    }

    /** Whether a file holds nothing but zeros from {@code from} on. */
    static boolean isZero(DataFile file, long from) throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        long offset = from;
        int filled = file.read(offset, ByteBuffer.wrap(block));
        while (filled > 0) {
            if (!Bytes.allZero(block, 0, filled)) {
                return false;
            }
            offset += filled;
            filled = file.read(offset, ByteBuffer.wrap(block));
        }
        return true;
    }

    /** The offset of the first valid frame head at or above {@code from}, or -1. */
    static long findFrame(Segment segment, long from, long limit) {
        FrameHeader header = new FrameHeader(segment.header());
        byte[] block = new byte[(int) Math.min(BLOCK_BYTES, limit - from)];
        for (long offset = from; offset < limit; ) {
            int filled =
                    segment.read(offset, block, 0, (int) Math.min(block.length, limit - offset));
            boolean last = filled == 0 || offset + filled >= limit;
            int usable = last ? filled : Math.max(1, filled - FrameHeader.MAX_BYTES);
            for (int i = 0; i < usable; i++) {
                if (header.decode(block, i, filled, offset + i) == FrameHeader.Found.HEAD) {
                    return offset + i;
                }
            }
            if (last) {
                return -1;
            }
            offset += usable;
        }
        return -1;
    }

    private static boolean isWitness(
            FrameHeader header, byte[] block, int index, int filled, long offset, long from) {
        return offset > from
                && header.decode(block, index, filled, offset) == FrameHeader.Found.HEAD
                && offset - header.markDistance() > from;
    }
}
