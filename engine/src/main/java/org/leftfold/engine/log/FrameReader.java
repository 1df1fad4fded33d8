package org.leftfold.engine.log;

import java.util.Arrays;

/**
 * Reads single frames at known places, checking their checksums. Keeps the last one, so that events
 * of one frame are read once. Not safe for several threads.
 */
public final class FrameReader {
    /** Bytes of a first read: most frames with one event fit, so that one call is enough. */
    public static final int GUESS_BYTES = 512;

    private byte[] buffer = new byte[GUESS_BYTES];
    private long segmentNumber;
    private long offset;
    private FrameHeader header =
            new FrameHeader(new SegmentHeader(new java.util.UUID(0, 0), 0, 1, 0, 0, 0, 0));

    /**
     * Reads the frame at {@code frameOffset} of {@code segment}.
     *
     * @throws Corruption if there is no valid frame
     */
    public void read(Segment segment, long frameOffset, BodyDecoder decoder) {
        if (segmentNumber != segment.number() || offset != frameOffset) {
            load(segment, frameOffset);
        }
        decoder.start(segment.fileName(), frameOffset, header, buffer, header.headBytes());
    }

    private void load(Segment segment, long frameOffset) {
        if (segmentNumber != segment.number()) {
            header = new FrameHeader(segment.header());
        }
        segmentNumber = -1;
        int filled = segment.read(frameOffset, buffer, 0, buffer.length);
        FrameHeader.Found found = header.decode(buffer, 0, filled, frameOffset);
        if (found == FrameHeader.Found.CUT) {
            buffer = Arrays.copyOf(buffer, FrameHeader.MAX_BYTES);
            filled = segment.read(frameOffset, buffer, 0, buffer.length);
            found = header.decode(buffer, 0, filled, frameOffset);
        }
        if (found != FrameHeader.Found.HEAD) {
            throw new Corruption(segment.fileName(), frameOffset, "there is no valid frame head");
        }
        int frameBytes = header.frameBytes();
        if (frameBytes > filled) {
            if (frameBytes > buffer.length) {
                buffer = Arrays.copyOf(buffer, frameBytes);
            }
            filled += segment.read(frameOffset + filled, buffer, filled, frameBytes - filled);
        }
        if (filled < frameBytes || !header.bodyMatches(buffer, header.headBytes())) {
            throw new Corruption(
                    segment.fileName(),
                    frameOffset,
                    "the checksum of the frame's body does not match");
        }
        segmentNumber = segment.number();
        offset = frameOffset;
    }
}
