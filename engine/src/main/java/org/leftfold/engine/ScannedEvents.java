package org.leftfold.engine;

import org.jspecify.annotations.Nullable;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.log.BodyDecoder;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.FrameHeader;
import org.leftfold.engine.log.FrameScanner;
import org.leftfold.engine.log.Log;
import org.leftfold.engine.log.Segment;

/** A read that walks the log from a place to a position, in large blocks. */
final class ScannedEvents extends StoredEvents {
    private final Log log;
    private final Log.End end;
    private final long after;
    private final long to;
    private final BodyDecoder decoder = new BodyDecoder();
    private FrameScanner scanner;
    private boolean inFrame;
    private long lastPosition;

    /**
     * A read of the positions above {@code after} up to {@code to}, which is not above the head of
     * {@code end}.
     */
    ScannedEvents(
            ReadRequest request,
            EventIndex index,
            boolean filter,
            Log log,
            Log.End end,
            long after,
            long to) {
        super(request, index, filter);
        this.log = log;
        this.end = end;
        this.after = after;
        this.to = to;
        this.lastPosition = after;
        long location = index.locationOf(after + 1);
        Segment segment = log.segmentAt(location);
        this.scanner =
                new FrameScanner(segment, Log.offsetOf(location), log.endOf(segment.number(), end));
    }

    @Override
    @Nullable RecordedEvent fetchNext() {
        while (lastPosition < to) {
            if (inFrame && decoder.next()) {
                long position = decoder.position();
                boolean wanted = position > after && !decoder.isRemoved();
                if (position > after) {
                    lastPosition = position;
                }
                if (wanted) {
                    return decoder.event();
                }
                decoder.skip();
            } else {
                nextFrame();
            }
        }
        return null;
    }

    private void nextFrame() {
        inFrame = false;
        switch (scanner.next()) {
            case FRAME -> {
                if (scanner.header().kind() == FrameHeader.COMMIT) {
                    scanner.decode(decoder);
                    inFrame = true;
                } else if (scanner.header().kind() == FrameHeader.SEAL) {
                    enterNextSegment();
                }
            }
            case BAD -> throw damaged(scanner.problem());
            case END -> throw damaged("the log ends before position " + to);
        }
    }

    private void enterNextSegment() {
        long number = scanner.segment().number() + 1;
        if (number > end.segment()) {
            throw damaged("the log ends before position " + to);
        }
        Segment segment = log.segment(number);
        scanner =
                new FrameScanner(
                        segment,
                        org.leftfold.engine.log.SegmentHeader.BYTES,
                        log.endOf(number, end));
    }

    private Corruption damaged(String what) {
        return new Corruption(scanner.segment().fileName(), scanner.frameOffset(), what);
    }
}
