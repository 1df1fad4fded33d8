package org.leftfold.engine.log;

import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.RecordedEvent;

/**
 * Some frames of a segment that follow each other. One thread fills the block from disk and finds
 * out where its frames end; then one thread, the same or another, checks and decodes them; then the
 * events are taken. Used again and again; the hand-over between threads is the caller's matter.
 */
public final class FrameBlock {
    private static final int SMALLEST_BYTES = FrameHeader.MAX_BYTES;
    private static final SegmentHeader NOWHERE =
            new SegmentHeader(new UUID(0, 0), 0, 1, 0, 0, 0, 0);

    private final BodyDecoder decoder = new BodyDecoder();
    private FrameHeader header = new FrameHeader(NOWHERE);
    private SegmentHeader segmentHeader = NOWHERE;

    private String fileName = "";
    private long offset; // in the segment, of the first byte
    private long limit; // in the segment
    private byte[] bytes = new byte[0];
    private int filled; // so many bytes were read
    private int end; // behind the last whole frame
    private boolean endsWithSeal; // as its head says, unchecked

    private @Nullable RecordedEvent[] events = new @Nullable RecordedEvent[64];
    private int eventCount;
    private long lastPosition; // of the last event, a removed one included; 0 for none
    private String problem = "";
    private long problemOffset;

    /**
     * Reads about {@code wantedBytes} at {@code from}, at least one whole frame where there is one.
     *
     * @param readLimit offset behind the last byte that may be read
     * @return where the next block begins; {@code from} where no frame does
     */
    public long fill(Segment segment, long from, long readLimit, int wantedBytes) {
        if (!segmentHeader.equals(segment.header())) {
            segmentHeader = segment.header();
            header = new FrameHeader(segmentHeader);
        }
        fileName = segment.fileName();
        offset = from;
        limit = readLimit;
        filled = 0;
        read(segment, Math.max(SMALLEST_BYTES, wantedBytes));
        end = 0;
        int frameBytes = header.frameBytesUnchecked(bytes, 0, filled);
        if (frameBytes > filled && frameBytes <= limit - from) {
            read(segment, frameBytes);
        }
        endsWithSeal = false;
        while (!endsWithSeal && frameBytes > 0 && frameBytes <= filled - end) {
            endsWithSeal = header.kind() == FrameHeader.SEAL;
            end += frameBytes;
            frameBytes = header.frameBytesUnchecked(bytes, end, filled);
        }
        return from + end;
    }

    private void read(Segment segment, int wantedBytes) {
        int wanted = (int) Math.min(wantedBytes, limit - offset);
        if (bytes.length < wanted) {
            bytes = Arrays.copyOf(bytes, wanted);
        }
        filled += segment.read(offset + filled, bytes, filled, wanted - filled);
    }

    /** Checks all checksums and makes the events above position {@code after}. */
    public void decode(long after) {
        eventCount = 0;
        lastPosition = 0;
        problem = "";
        int at = 0;
        while (problem.isEmpty() && at < end) {
            at = decodeFrame(at, after);
        }
        if (end == 0) {
            explainEmptiness();
        }
    }

    /** Decodes the frame at {@code at}; gives where the next one begins. */
    private int decodeFrame(int at, long after) {
        if (header.decode(bytes, at, end, offset + at) != FrameHeader.Found.HEAD) {
            fail(at, "there is no valid frame head");
            return at;
        }
        int bodyIndex = at + header.headBytes();
        if (header.frameBytes() > end - at || !header.bodyMatches(bytes, bodyIndex)) {
            fail(at, "the checksum of the frame's body does not match");
            return at;
        }
        if (header.kind() == FrameHeader.COMMIT) {
            decoder.start(fileName, offset + at, header, bytes, bodyIndex);
            try {
                addEvents(after);
            } catch (Corruption e) {
                fail(at, e.what());
            }
        }
        return at + header.frameBytes();
    }

    private void addEvents(long after) {
        while (decoder.next()) {
            lastPosition = decoder.position();
            if (lastPosition <= after || decoder.isRemoved()) {
                decoder.skip();
                continue;
            }
            if (eventCount == events.length) {
                events = Arrays.copyOf(events, 2 * eventCount);
            }
            events[eventCount++] = decoder.event();
        }
    }

    private void explainEmptiness() {
        switch (filled == 0 ? FrameHeader.Found.NOTHING : header.decode(bytes, 0, filled, offset)) {
            case NOTHING -> fail(0, "the log ends here, though more was acknowledged");
            case BAD, CUT -> fail(0, "there is no valid frame head");
            case HEAD ->
                    fail(
                            0,
                            "a frame of %d bytes does not fit before offset %d"
                                    .formatted(header.frameBytes(), limit));
        }
    }

    private void fail(int at, String what) {
        problem = what;
        problemOffset = offset + at;
    }

    /** Number of events that were made. */
    public int eventCount() {
        return eventCount;
    }

    /** Takes the event at {@code index}, once. */
    public RecordedEvent take(int index) {
        RecordedEvent event = events[index];
        if (event == null) {
            throw new IllegalStateException("event " + index + " of the block was taken before");
        }
        events[index] = null; // a block that waits keeps no event
        return event;
    }

    /** Position of the last event of the block, removed ones included; 0 if it has none. */
    public long lastPosition() {
        return lastPosition;
    }

    /** Whether the segment ends with this block, as long as {@link #problem} does not object. */
    public boolean endsWithSeal() {
        return endsWithSeal;
    }

    /** What {@link #decode} found wrong behind the events that it made, or null. */
    public @Nullable Corruption problem() {
        return problem.isEmpty() ? null : new Corruption(fileName, problemOffset, problem);
    }
}
