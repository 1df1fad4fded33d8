package org.leftfold.engine;

import org.jspecify.annotations.Nullable;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.FrameBlock;
import org.leftfold.engine.log.Log;
import org.leftfold.engine.log.Segment;
import org.leftfold.engine.log.SegmentHeader;

/**
 * A read that walks the log from a place to a position, in blocks that grow: a short read reads
 * little, and a long one is decoded ahead by helpers, while this thread reads the disk.
 */
final class ScannedEvents extends StoredEvents {
    private static final int FIRST_BLOCK_BYTES = 16 << 10;

    /** Stays in the processor's cache. */
    private static final int BLOCK_BYTES = 256 << 10;

    private final Log log;
    private final Log.End end;
    private final long after;
    private final long to;
    private final BlockQueue queue;
    private Segment segment; // of the next block
    private long nextOffset; // of the next block
    private int blockBytes = FIRST_BLOCK_BYTES;
    private boolean allRead;
    private @Nullable FrameBlock block; // its events are being given
    private int taken;
    private long lastPosition;

    /**
     * A read of the positions above {@code after} up to {@code to}, which is not above the head of
     * {@code end}.
     */
    ScannedEvents(
            ReadRequest request, EventIndex index, boolean filter, LogRange range, Helpers help) {
        super(request, index, filter);
        this.log = range.log();
        this.end = range.end();
        this.after = range.after();
        this.to = range.to();
        this.lastPosition = after;
        this.queue = new BlockQueue(help, after);
        Log.Place place = log.placeOf(index.locationOf(after + 1), after + 1);
        segment = place.segment();
        nextOffset = place.offset();
    }

    /** Which part of the log is read. */
    record LogRange(Log log, Log.End end, long after, long to) {}

    @Override
    @Nullable RecordedEvent fetchNext() {
        while (true) {
            FrameBlock current = block;
            if (current != null && taken < current.eventCount()) {
                RecordedEvent event = current.take(taken++);
                if (event.position() > to) {
                    lastPosition = to;
                    return null;
                }
                lastPosition = event.position();
                return event;
            }
            if (lastPosition >= to || !nextBlock(current)) {
                return null;
            }
        }
    }

    /** Goes to the next block; false if position {@code to} was passed. */
    private boolean nextBlock(@Nullable FrameBlock done) {
        if (done != null) {
            lastPosition = Math.max(lastPosition, done.lastPosition());
            Corruption problem = done.problem();
            if (lastPosition < to && problem != null) {
                throw problem;
            }
            block = null;
            queue.giveBack();
        }
        if (lastPosition >= to) {
            return false;
        }
        readAhead();
        if (queue.isEmpty()) {
            throw new Corruption(
                    segment.fileName(), nextOffset, "the log ends before position " + to);
        }
        block = queue.takeDecoded();
        taken = 0;
        return true;
    }

    private void readAhead() {
        while (!allRead && queue.hasRoom(blockBytes == BLOCK_BYTES)) {
            FrameBlock free = queue.free();
            long limit = Log.endOf(segment, end);
            long behind = free.fill(segment, nextOffset, limit, blockBytes);
            queue.add();
            blockBytes = Math.min(BLOCK_BYTES, 2 * blockBytes);
            if (free.endsWithSeal() && segment.number() < end.segment()) {
                segment = log.segment(segment.number() + 1);
                nextOffset = SegmentHeader.BYTES;
            } else {
                allRead = behind == nextOffset || behind >= limit;
                nextOffset = behind;
            }
        }
    }
}
