package org.leftfold.engine.log;

import java.util.Arrays;

/**
 * Walks the frames of one segment in order, checking every checksum. Reads ahead in blocks, so a
 * walk of the whole log costs what reading it costs. Not safe for several threads.
 */
public final class FrameScanner {
    /**
     * Large enough that the system call does not count, small enough to stay in the processor's
     * cache.
     */
    public static final int BLOCK_BYTES = 256 << 10;

    /** What {@link #next} found. */
    public enum Found {
        /** A whole frame with right checksums. */
        FRAME,
        /** The limit, or zeros: nothing was written here. */
        END,
        /** Something that is no whole frame; {@link #problem} says what. */
        BAD
    }

    private final Segment segment;
    private final FrameHeader header;
    private final long limit;
    private final int blockBytes;

    private byte[] block;
    private long blockOffset; // offset in the segment of block[0]
    private int filled;
    private long offset;
    private long frameOffset;
    private int bodyIndex;
    private String problem = "";

    /** Walks the frames from {@code from} up to {@code limit}, both offsets in the segment. */
    public FrameScanner(Segment segment, long from, long limit) {
        this(segment, from, limit, BLOCK_BYTES);
    }

    /** The same with blocks of another size. */
    public FrameScanner(Segment segment, long from, long limit, int blockBytes) {
        this.segment = segment;
        this.header = new FrameHeader(segment.header());
        this.limit = limit;
        this.blockBytes = blockBytes;
        this.offset = from;
        this.blockOffset = from;
        this.block = new byte[(int) Math.max(64, Math.min(blockBytes, limit - from))];
    }

    /** Goes to the next frame. After {@code END} or {@code BAD} the offset stays where it is. */
    public Found next() {
        frameOffset = offset;
        if (offset >= limit) {
            return Found.END;
        }
        require((int) Math.min(FrameHeader.MAX_BYTES, limit - offset), 64);
        int index = (int) (offset - blockOffset);
        FrameHeader.Found found = header.decode(block, index, filled, offset);
        if (found == FrameHeader.Found.CUT) {
            require((int) Math.min(FrameHeader.MAX_BYTES, limit - offset), FrameHeader.MAX_BYTES);
            index = (int) (offset - blockOffset);
            found = header.decode(block, index, filled, offset);
        }
        switch (found) {
            case NOTHING -> {
                return Found.END;
            }
            case BAD, CUT -> {
                problem = "there is no valid frame head";
                return Found.BAD;
            }
            case HEAD -> {}
        }
        if (header.frameBytes() > limit - offset) {
            problem =
                    "a frame of %d bytes does not fit before offset %d"
                            .formatted(header.frameBytes(), limit);
            return Found.BAD;
        }
        require(header.frameBytes(), header.frameBytes());
        bodyIndex = (int) (offset - blockOffset) + header.headBytes();
        if (filled - bodyIndex < header.bodyBytes() || !header.bodyMatches(block, bodyIndex)) {
            problem = "the checksum of the frame's body does not match";
            return Found.BAD;
        }
        offset += header.frameBytes();
        return Found.FRAME;
    }

    /**
     * Makes {@code wanted} bytes from {@link #offset} available if fewer than {@code enough} are.
     */
    private void require(int wanted, int enough) {
        int index = (int) (offset - blockOffset);
        if (filled - index >= Math.min(wanted, enough)) {
            return;
        }
        int kept = Math.max(0, filled - index);
        if (wanted > block.length) {
            block = Arrays.copyOfRange(block, index, index + Math.max(wanted, blockBytes));
        } else {
            System.arraycopy(block, index, block, 0, kept);
        }
        blockOffset = offset;
        int room = (int) Math.min(block.length - kept, limit - offset - kept);
        filled = kept + (room > 0 ? segment.read(offset + kept, block, kept, room) : 0);
    }

    /** The head of the frame at hand. */
    public FrameHeader header() {
        return header;
    }

    /** Where the frame at hand begins, or where the walk stopped. */
    public long frameOffset() {
        return frameOffset;
    }

    /** Where the next frame begins. */
    public long nextOffset() {
        return offset;
    }

    /** The buffer that holds the body of the frame at hand, until the next call. */
    public byte[] buffer() {
        return block;
    }

    /** Where the body begins in {@link #buffer}. */
    public int bodyIndex() {
        return bodyIndex;
    }

    /** What is wrong after {@code BAD}. */
    public String problem() {
        return problem;
    }

    /** The segment that is walked. */
    public Segment segment() {
        return segment;
    }

    /** Starts {@code decoder} on the frame at hand. */
    public void decode(BodyDecoder decoder) {
        decoder.start(segment.fileName(), frameOffset, header, block, bodyIndex);
    }
}
