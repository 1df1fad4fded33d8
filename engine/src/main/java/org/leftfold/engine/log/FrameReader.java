package org.leftfold.engine.log;

import java.util.Arrays;
import java.util.UUID;

/**
 * Reads single frames at known places, checking their checksums. Keeps the last one, so that events
 * of one frame are read once; keeps no segment, whose file may be given up. Not safe for several
 * threads.
 */
public final class FrameReader {
    /** Bytes of a first read: most frames with one event fit, so that one call is enough. */
    public static final int GUESS_BYTES = 512;

    private static final SegmentHeader NOWHERE =
            new SegmentHeader(new UUID(0, 0), 0, 1, 0, 0, 0, 0);

    private byte[] buffer = new byte[GUESS_BYTES];
    private SegmentHeader segmentHeader = NOWHERE;
    private boolean isKept; // whether the buffer holds a frame
    private String fileName = "";
    private long offset;
    private FrameHeader header = new FrameHeader(NOWHERE);

    /**
     * Reads the frame at {@code frameOffset} of {@code segment}.
     *
     * @throws Corruption if there is no valid frame
     */
    public void read(Segment segment, long frameOffset, BodyDecoder decoder) {
        if (!isKept || offset != frameOffset || !segmentHeader.equals(segment.header())) {
            load(segment, frameOffset);
        }
        again(decoder);
    }

    /** Starts once more with the frame that was read last. */
    public void again(BodyDecoder decoder) {
        decoder.start(fileName, offset, header, buffer, header.headBytes());
    }

    /** Position of the first event of the frame that was read last. */
    public long firstPosition() {
        return header.firstPosition();
    }

    /** Position of the last event of the frame that was read last. */
    public long lastPosition() {
        return header.firstPosition() + header.eventCount() - 1;
    }

    private void load(Segment segment, long frameOffset) {
        if (!segmentHeader.equals(segment.header())) {
            segmentHeader = segment.header();
            header = new FrameHeader(segmentHeader);
        }
        isKept = false;
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
        isKept = true;
        fileName = segment.fileName();
        offset = frameOffset;
    }
}
