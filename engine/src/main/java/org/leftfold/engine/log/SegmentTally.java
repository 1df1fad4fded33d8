package org.leftfold.engine.log;

/**
 * What has been counted over the frames of one segment so far. A seal stores it, so that a missing,
 * doubled or foreign frame in a full segment is noticed. Immutable.
 *
 * @param events number of events
 * @param frames number of frames
 * @param chain a hash over the head checksums of all frames, in order
 */
public record SegmentTally(long events, long frames, long chain) {
    /** The tally of a segment without frames. */
    public static final SegmentTally EMPTY = new SegmentTally(0, 0, 0);

    /** Length of the body of a seal. */
    public static final int SEAL_BODY_BYTES = 24;

    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    /** The tally with one more frame. */
    public SegmentTally plus(int eventCount, int headCrc) {
        return new SegmentTally(
                events + eventCount, frames + 1, chain * MULTIPLIER + (headCrc & 0xffffffffL));
    }

    /** The tally with the frame that a scanner has at hand. */
    public SegmentTally plus(FrameHeader frame) {
        return plus(frame.eventCount(), frame.headCrc());
    }

    /** The body of the seal of a segment with this tally. */
    EncodedBody seal() {
        byte[] body = new byte[SEAL_BODY_BYTES];
        Bytes.putLong(body, 0, events);
        Bytes.putLong(body, 8, frames);
        Bytes.putLong(body, 16, chain);
        return new EncodedBody(body, body.length, Bytes.crc(body, 0, body.length));
    }

    /** Whether the seal that {@code scanner} has at hand says the same as this tally. */
    public boolean isSealedBy(FrameScanner scanner) {
        byte[] body = scanner.buffer();
        int at = scanner.bodyIndex();
        return scanner.header().bodyBytes() == SEAL_BODY_BYTES
                && Bytes.getLong(body, at) == events
                && Bytes.getLong(body, at + 8) == frames
                && Bytes.getLong(body, at + 16) == chain;
    }
}
