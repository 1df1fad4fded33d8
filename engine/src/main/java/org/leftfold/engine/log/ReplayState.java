package org.leftfold.engine.log;

import java.nio.ByteBuffer;

/**
 * Where the log goes on behind what an index part covers, and what has to be known of the log
 * before it to go on.
 *
 * @param segment the segment
 * @param offset where its next frame begins
 * @param nextPosition position that the next event has
 * @param lastMicros time of the last frame
 * @param lastOpening opening of the last frame
 * @param lastMark mark of the last frame of the segment
 * @param lastFrame offset of the last frame of the segment, 0 if there is none
 * @param lastCrc its head checksum, by which the log proves that it is the same
 * @param tally of the frames of the segment before {@code offset}
 */
public record ReplayState(
        long segment,
        long offset,
        long nextPosition,
        long lastMicros,
        long lastOpening,
        long lastMark,
        long lastFrame,
        int lastCrc,
        SegmentTally tally) {
    private static final int BYTES = 11 * Long.BYTES;

    /**
     * Whether the log goes on further behind than in another state, or perhaps does: where a
     * segment was rewritten between the two, acts in a row cannot be told apart by their offsets.
     */
    public boolean isBehind(ReplayState other) {
        if (segment != other.segment) {
            return segment > other.segment;
        }
        return nextPosition != other.nextPosition
                ? nextPosition > other.nextPosition
                : lastCrc != other.lastCrc;
    }

    /** The state as bytes. */
    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .putLong(segment)
                .putLong(offset)
                .putLong(nextPosition)
                .putLong(lastMicros)
                .putLong(lastOpening)
                .putLong(lastMark)
                .putLong(lastFrame)
                .putLong(lastCrc)
                .putLong(tally.events())
                .putLong(tally.frames())
                .putLong(tally.chain())
                .array();
    }

    /** Reads what {@link #encode} wrote. */
    public static ReplayState decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new ReplayState(
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                (int) in.getLong(),
                new SegmentTally(in.getLong(), in.getLong(), in.getLong()));
    }
}
