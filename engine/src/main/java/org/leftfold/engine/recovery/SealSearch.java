package org.leftfold.engine.recovery;

import java.util.Optional;
import org.leftfold.engine.log.FrameHeader;
import org.leftfold.engine.log.FrameScanner;
import org.leftfold.engine.log.Segment;
import org.leftfold.engine.log.SegmentHeader;
import org.leftfold.engine.log.SegmentTally;

/** Finds the seal of a full segment from its end, without reading the rest. */
public final class SealSearch {
    private static final int BLOCK_BYTES = 64 << 10;

    /** A head with seven varints and no stream, then the body. */
    private static final int MAX_SEAL_BYTES = 4 + 1 + 7 * 10 + 4 + SegmentTally.SEAL_BODY_BYTES;

    private SealSearch() {}

    /**
     * A seal, which stands for all bytes of its segment: it holds a chain over all frames.
     *
     * @param crc its head checksum as it was first written, which the next segment repeats
     * @param ownCrc its head checksum as it is, another one if the segment was rewritten
     * @param nextPosition position of the first event behind the segment
     * @param micros when it was written
     * @param opening the opening that wrote it
     */
    public record Seal(int crc, int ownCrc, long nextPosition, long micros, long opening) {}

    /** The seal of a segment; empty if its last bytes are none. */
    public static Optional<Seal> find(Segment segment) {
        long end = endOfBytes(segment);
        long first = Math.max(SegmentHeader.BYTES, end - MAX_SEAL_BYTES);
        long limit = segment.header().framesEnd();
        for (long at = first; at < end; at++) {
            FrameScanner scanner = new FrameScanner(segment, at, limit, 2 * MAX_SEAL_BYTES);
            if (scanner.next() == FrameScanner.Found.FRAME
                    && scanner.header().kind() == FrameHeader.SEAL
                    && scanner.nextOffset() >= end) {
                FrameHeader head = scanner.header();
                return Optional.of(
                        new Seal(
                                segment.header().nameOfSeal(head.headCrc()),
                                head.headCrc(),
                                head.firstPosition(),
                                head.micros(),
                                head.opening()));
            }
        }
        return Optional.empty();
    }

    /** The offset behind the last byte of a frame: behind it are zeros, or a directory. */
    private static long endOfBytes(Segment segment) {
        long end = segment.header().framesEnd();
        if (segment.header().isRewritten()) {
            return end;
        }
        byte[] block = new byte[BLOCK_BYTES];
        while (end > SegmentHeader.BYTES) {
            long from = Math.max(SegmentHeader.BYTES, end - BLOCK_BYTES);
            int filled = segment.read(from, block, 0, (int) (end - from));
            for (int i = filled - 1; i >= 0; i--) {
                if (block[i] != 0) {
                    return from + i + 1;
                }
            }
            end = from;
        }
        return end;
    }
}
