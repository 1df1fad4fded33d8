package org.leftfold.engine;

import java.util.NoSuchElementException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Backup;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.log.BodyDecoder;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.FrameHeader;
import org.leftfold.engine.log.FrameScanner;
import org.leftfold.engine.log.Log;
import org.leftfold.engine.log.Segment;
import org.leftfold.engine.log.SegmentHeader;

/** The history of a store as its log has it, up to an end. One thread at a time. */
final class LogBackup implements Backup {
    private static final int ATTEMPTS = 3;

    private final Log log;
    private final EventIndex index;
    private final Log.End end;
    private final Checkpoint checkpoint;
    private final BodyDecoder decoder = new BodyDecoder();
    private final @Nullable Segment
            last; // as it is now: its offsets stay, also when it is rewritten
    private @Nullable FrameScanner scanner; // null when there is no segment yet
    private boolean inFrame;
    private boolean closed;
    private @Nullable Entry ahead;

    /** Opens a backup of all that is durable now. */
    static LogBackup open(Log log, EventIndex index, UUID epoch) {
        Log.End end = log.durableEnd();
        Segment last = lastOf(log, end);
        for (int i = 0; last != null && last.header().isRewritten() && i < ATTEMPTS; i++) {
            end = log.durableEnd(); // it was sealed and rewritten in between
            last = lastOf(log, end);
        }
        return new LogBackup(log, index, end, last, Checkpoint.of(epoch, end.head()));
    }

    private static @Nullable Segment lastOf(Log log, Log.End end) {
        return log.segmentCount() == 0 ? null : log.segment(end.segment());
    }

    private LogBackup(
            Log log, EventIndex index, Log.End end, @Nullable Segment last, Checkpoint checkpoint) {
        this.log = log;
        this.index = index;
        this.end = end;
        this.checkpoint = checkpoint;
        this.last = last;
        this.scanner = last == null ? null : scan(1);
    }

    private FrameScanner scan(long number) {
        Segment segment = last != null && number == last.number() ? last : log.segment(number);
        return new FrameScanner(segment, SegmentHeader.BYTES, Log.endOf(segment, end));
    }

    @Override
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    @Override
    public boolean hasNext() {
        if (closed) {
            throw InvalidRequestException.closed("this backup");
        }
        while (ahead == null && scanner != null) {
            ahead = inFrame && decoder.next() ? place() : nextFrame(scanner);
        }
        return ahead != null;
    }

    @Override
    public Entry next() {
        if (!hasNext() || ahead == null) {
            throw new NoSuchElementException("the backup has no further entries");
        }
        Entry entry = ahead;
        ahead = null;
        return entry;
    }

    private Place place() {
        boolean readable =
                !decoder.isRemoved()
                        && (!index.hasTruncations()
                                || decoder.version() >= index.firstKeptVersion(decoder.stream()));
        if (readable) {
            return new Kept(decoder.event(), decoder.isLast());
        }
        return decoder.removed();
    }

    /** Goes to the next frame, of which an act is an entry by itself. */
    private @Nullable Entry nextFrame(FrameScanner at) {
        inFrame = false;
        switch (at.next()) {
            case FRAME -> {
                FrameHeader head = at.header();
                if (head.firstPosition() + head.eventCount() > end.head() + 1) {
                    scanner = null; // the segment was rewritten, and holds more than was asked for
                } else if (head.kind() == FrameHeader.COMMIT) {
                    at.decode(decoder);
                    inFrame = true;
                } else if (head.kind() == FrameHeader.ACT) {
                    return act(at);
                } else {
                    long next = at.segment().number() + 1;
                    scanner = next <= end.segment() ? scan(next) : null;
                }
            }
            case BAD -> throw damaged(at, at.problem());
            case END -> {
                if (at.segment().number() < end.segment()) {
                    throw damaged(at, "the segment ends here, though another one follows");
                }
                scanner = null;
            }
        }
        return null;
    }

    private static Corruption damaged(FrameScanner at, String what) {
        return new Corruption(at.segment().fileName(), at.frameOffset(), what);
    }

    private Act act(FrameScanner at) {
        FrameHeader head = at.header();
        BodyDecoder.Truncation act =
                decoder.truncation(
                        at.segment().fileName(),
                        at.frameOffset(),
                        head,
                        at.buffer(),
                        at.bodyIndex());
        long version = index.versionAt(act.stream(), head.firstPosition() - 1);
        return new Act(
                act.stream(),
                act.firstKeptVersion() == 0 ? version + 1 : act.firstKeptVersion(),
                new AdminAct(act.actor(), act.reason()),
                decoder.recordedAt());
    }

    @Override
    public void close() {
        closed = true;
        ahead = null;
    }
}
