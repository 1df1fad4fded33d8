package org.leftfold.engine.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The one segment that still grows. One writer thread; any thread may read {@link #durableBytes}.
 * Always true:
 *
 * <ul>
 *   <li>I1 {@code SegmentHeader.BYTES <= durableBytes <= flushedBytes <= writtenBytes <=
 *       capacityBytes};
 *   <li>I2 readers are shown bytes below {@code durableBytes} only;
 *   <li>I3 every frame carries the mark that was {@code durableBytes} when its group began;
 *   <li>I4 room for the seal is never used up by other frames.
 * </ul>
 */
public final class ActiveSegment {
    /** A seal: head and body at their longest. */
    private static final int SEAL_RESERVE_BYTES = 128;

    /**
     * A group is written in pieces of this size: one system call for usual groups, no huge buffers
     * for large ones.
     */
    private static final int BUFFER_BYTES = 1 << 20;

    /** Pages of the system's cache; a power of two. Another size costs time only. */
    private static final int PAGE_BYTES = 4 << 10;

    private final Segment segment;
    private final FrameHeader codec;
    private final long capacityBytes;

    private byte[] buffer = new byte[4 << 10];
    private int buffered;
    private long writtenBytes; // writer thread only; includes what is buffered
    private long flushedBytes; // writer thread only; behind this there are zeros on disk
    private SegmentTally tally; // writer thread only; of the frames below writtenBytes
    private SegmentTally durableTally; // writer thread only; of the frames below durableBytes
    private LastFrame last; // writer thread only
    private LastFrame durableLast; // writer thread only
    private boolean sealed; // writer thread only; no frame may follow
    private int sealCrc; // writer thread only; head checksum of the seal, once there is one
    private volatile long durableBytes; // written by the writer thread, read by all

    /**
     * Goes on writing a segment.
     *
     * @param end behind its last durable frame; only zeros follow
     * @param tally of the frames before {@code end}
     * @param last the last of them
     * @param seal the head checksum of the seal that ends it, if it is sealed
     */
    public ActiveSegment(
            Segment segment, long end, SegmentTally tally, LastFrame last, OptionalInt seal) {
        this.segment = segment;
        this.codec = new FrameHeader(segment.header());
        this.capacityBytes = segment.header().capacityBytes();
        this.writtenBytes = end;
        this.flushedBytes = end;
        this.durableBytes = end;
        this.tally = tally;
        this.durableTally = tally;
        this.last = last;
        this.durableLast = last;
        this.sealed = seal.isPresent();
        this.sealCrc = seal.orElse(0);
        assert invariantsHold();
    }

    /**
     * The last frame of a segment.
     *
     * @param offset where it begins, 0 if there is none
     * @param crc its head checksum
     * @param mark its mark
     */
    public record LastFrame(long offset, int crc, long mark) {
        /** There is none. */
        public static final LastFrame NONE = new LastFrame(0, 0, SegmentHeader.BYTES);
    }

    private boolean invariantsHold() {
        return SegmentHeader.BYTES <= durableBytes
                && durableBytes <= flushedBytes
                && flushedBytes <= writtenBytes
                && writtenBytes <= capacityBytes
                && (isSealed() || writtenBytes + SEAL_RESERVE_BYTES <= capacityBytes);
    }

    /** How much a frame with this body may take in an empty segment of {@code capacityBytes}. */
    static long capacityFor(int bodyBytes, int streams) {
        return SegmentHeader.BYTES + maxFrameBytes(bodyBytes, streams) + SEAL_RESERVE_BYTES;
    }

    private static long maxFrameBytes(int bodyBytes, int streams) {
        return 4L + 1 + (long) (7 + streams) * Bytes.MAX_VARINT_BYTES + 4 + bodyBytes;
    }

    /** Whether a frame with this body still fits, seal included. */
    public boolean hasRoom(int bodyBytes, int streams) {
        return !isSealed()
                && writtenBytes + maxFrameBytes(bodyBytes, streams) + SEAL_RESERVE_BYTES
                        <= capacityBytes;
    }

    /**
     * Adds one frame to the group at hand, not yet durable.
     *
     * @param frame what its head says; the mark is filled in here
     * @return where the frame begins
     */
    long add(FrameHeader.Frame frame, EncodedBody body, long[] versions) throws IOException {
        long offset = writtenBytes;
        int headRoom = 4 + 1 + (7 + versions.length) * Bytes.MAX_VARINT_BYTES + 4;
        ensureRoom(headRoom);
        int end =
                codec.encode(
                        buffer, buffered, offset, withMark(frame, offset - durableBytes), versions);
        writtenBytes += end - buffered + body.byteCount();
        buffered = end;
        put(body);
        tally = tally.plus(frame.eventCount(), codec.headCrc());
        last = new LastFrame(offset, codec.headCrc(), durableBytes);
        assert invariantsHold();
        return offset;
    }

    private static FrameHeader.Frame withMark(FrameHeader.Frame frame, long markDistance) {
        return new FrameHeader.Frame(
                frame.kind(),
                frame.bodyBytes(),
                frame.firstPosition(),
                frame.eventCount(),
                markDistance,
                frame.opening(),
                frame.micros(),
                frame.bodyCrc());
    }

    private void put(EncodedBody body) throws IOException {
        if (body.byteCount() > BUFFER_BYTES) {
            flush();
            write(body.bytes(), body.byteCount(), body.byteCount());
            return;
        }
        ensureRoom(body.byteCount());
        System.arraycopy(body.bytes(), 0, buffer, buffered, body.byteCount());
        buffered += body.byteCount();
    }

    private void ensureRoom(int moreBytes) throws IOException {
        if (buffer.length - buffered >= moreBytes) {
            return;
        }
        if (buffered + moreBytes > BUFFER_BYTES) {
            flush();
        }
        if (buffer.length - buffered < moreBytes) {
            int wanted = Math.max(buffered + moreBytes, Math.min(BUFFER_BYTES, buffer.length * 2));
            buffer = Arrays.copyOf(buffer, wanted);
        }
    }

    private void flush() throws IOException {
        if (buffered > 0) {
            int byteCount = buffered;
            buffered = 0;
            write(buffer, byteCount, byteCount);
        }
    }

    /**
     * Writes what is buffered, and the zeros that follow it up to the end of the page. They are
     * there already; but a page that is not in the system's cache and is written in part would have
     * to be read from disk first, which takes as long as the force.
     */
    private void flushToPageEnd() throws IOException {
        if (buffered == 0) {
            return;
        }
        long end = flushedBytes + buffered;
        int zeros = (int) Math.min(-end & (PAGE_BYTES - 1), capacityBytes - end);
        int byteCount = buffered;
        if (buffer.length - byteCount < zeros) {
            buffer = Arrays.copyOf(buffer, byteCount + zeros);
        }
        Arrays.fill(buffer, byteCount, byteCount + zeros, (byte) 0);
        buffered = 0;
        write(buffer, byteCount, byteCount + zeros);
    }

    private void write(byte[] bytes, int frameBytes, int byteCount) throws IOException {
        long offset = flushedBytes;
        flushedBytes += frameBytes; // before the attempt: a failed write may have left some of them
        segment.file().write(offset, ByteBuffer.wrap(bytes, 0, byteCount));
    }

    /** Whether frames were added since the last {@link #force}. */
    boolean hasUnforced() {
        return writtenBytes > durableBytes;
    }

    /**
     * Makes the group durable, then shows it to readers; the order is I2.
     *
     * @throws ForceFailure if that is not certain; the segment must not be written any more
     * @throws IOException if the group could not be written; {@link #discard} may follow
     */
    void force() throws IOException {
        flushToPageEnd();
        try {
            segment.file().force();
        } catch (IOException e) {
            throw new ForceFailure(e);
        }
        durableTally = tally;
        durableLast = last;
        durableBytes = writtenBytes;
        assert invariantsHold();
    }

    /**
     * Whether frames of a failed group may be on disk, so that {@link #discard} has to come first.
     */
    boolean needsDiscard() {
        return flushedBytes > durableBytes || writtenBytes > durableBytes;
    }

    /**
     * Takes back a group that could not be written, so that it never appears: durable zeros replace
     * it.
     */
    void discard() throws IOException {
        buffered = 0;
        long dirty = flushedBytes - durableBytes;
        if (dirty > 0) {
            segment.file().writeZeros(durableBytes, dirty);
            try {
                segment.file().force();
            } catch (IOException e) {
                throw new ForceFailure(e);
            }
        }
        writtenBytes = durableBytes;
        flushedBytes = durableBytes;
        tally = durableTally;
        last = durableLast;
        sealed = false;
        assert invariantsHold();
    }

    /** Ends the segment: nothing can be added afterwards. Durable on return. */
    void seal(long nextPosition, long opening, long micros) throws IOException {
        assert !hasUnforced() : "a seal stands in a group of its own";
        EncodedBody body = tally.seal();
        sealed = true; // the room for the seal may be used from here on
        add(
                new FrameHeader.Frame(
                        FrameHeader.SEAL,
                        body.byteCount(),
                        nextPosition,
                        0,
                        0,
                        opening,
                        micros,
                        body.crc()),
                body,
                new long[0]);
        sealCrc = codec.headCrc();
        force();
    }

    /** Whether {@link #seal} has been called. */
    boolean isSealed() {
        return sealed;
    }

    /** The head checksum of the seal, which the following segment names. */
    int sealCrc() {
        return sealCrc;
    }

    /** The bytes that readers may see. */
    public long durableBytes() {
        return durableBytes;
    }

    /** The frame that was added last; when that was forced, the last durable one. */
    LastFrame lastFrame() {
        return last;
    }

    /** The tally of all durable frames. */
    SegmentTally durableTally() {
        return durableTally;
    }

    Segment segment() {
        return segment;
    }

    /** Length of the file. */
    long capacityBytes() {
        return capacityBytes;
    }

    /** Whether more than half is used, so that the next segment should be made. */
    boolean isHalfFull() {
        return writtenBytes > capacityBytes / 2;
    }
}
