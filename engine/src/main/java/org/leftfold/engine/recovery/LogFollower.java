package org.leftfold.engine.recovery;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.Log;
import org.leftfold.engine.log.Manifest;
import org.leftfold.engine.log.MarkFile;
import org.leftfold.engine.log.MarkFile.Mark;
import org.leftfold.engine.log.ReplayState;
import org.leftfold.engine.log.Segment;
import org.leftfold.engine.log.SegmentHeader;
import org.leftfold.io.Directory;

/**
 * Reads a log that another process writes, as far as its mark file says that it is durable (G6).
 * One thread at a time.
 */
public final class LogFollower implements AutoCloseable {
    private final Directory directory;
    private final Manifest manifest;
    private final Log log;
    private final EventIndex index;
    private final Replay replay;
    private Optional<MarkFile> marks;
    private long number; // of the segment that is walked, 0 before the first
    private @Nullable Segment current; // as it was entered, whatever becomes of it meanwhile
    private @Nullable Error broken; // after it nothing more is read
    private boolean sealed; // whether its seal was passed
    private Optional<Mark> seen =
            Optional.empty(); // the furthest; what a failure kept from being shown comes later

    /** Follows into {@code log}, which is empty, and {@code index}. */
    public LogFollower(Directory directory, Manifest manifest, Log log, EventIndex index)
            throws IOException {
        this.directory = directory;
        this.manifest = manifest;
        this.log = log;
        this.index = index;
        this.replay = new Replay(index);
        this.marks = MarkFile.openForReading(directory, manifest.storeId());
    }

    /**
     * Reads what has become durable since the last call, and shows it.
     *
     * @return whether there was anything
     * @throws Corruption if the log is not what was written
     */
    public boolean refresh() throws IOException {
        if (broken != null) {
            throw StoreUnavailableException.unreadable("the log", broken);
        }
        try {
            return advance();
        } catch (Error e) {
            broken = e; // half a frame may be filed: going on would take it for damage
            throw e;
        }
    }

    private boolean advance() throws IOException {
        if (marks.isEmpty()) {
            marks = MarkFile.openForReading(directory, manifest.storeId());
        }
        Optional<Mark> newest = marks.isPresent() ? marks.get().newest() : Optional.empty();
        Mark mark = newest.filter(this::isBeyondSeen).or(() -> seen).orElse(null);
        if (mark == null || isShown(mark)) {
            return false;
        }
        seen = Optional.of(mark);
        if (number == 0) {
            begin(mark);
        }
        while (number < mark.segment() || isRewritten()) {
            if (!sealed) { // it is when the next segment could not be opened the last time
                walkToSeal();
            }
            enter(number + 1);
        }
        long end = number == mark.segment() ? mark.offset() : SegmentHeader.BYTES;
        walkTo(end);
        log.advance(new Log.End(number, end, replay.nextPosition() - 1));
        return true;
    }

    /**
     * A segment that was rewritten is sealed: whatever the mark said of it a moment ago, the log
     * goes on in the next one.
     */
    private boolean isRewritten() {
        return current().header().isRewritten();
    }

    private Segment current() {
        Segment segment = current;
        if (segment == null) {
            throw new IllegalStateException("no segment was entered");
        }
        return segment;
    }

    /** A newest mark may be the one before: of two slots, one may be just being written. */
    private boolean isBeyondSeen(Mark mark) {
        return seen.isEmpty()
                || mark.segment() > seen.get().segment()
                || (mark.segment() == seen.get().segment() && mark.offset() > seen.get().offset());
    }

    private boolean isShown(Mark mark) {
        Log.End shown = log.durableEnd();
        return number > 0
                && (mark.segment() < shown.segment()
                        || (mark.segment() == shown.segment() && mark.offset() == shown.offset()));
    }

    /** Starts behind what the index has, unless that is beyond the mark. */
    private void begin(Mark mark) throws IOException {
        ReplayState state = index.resume();
        boolean isBeyond =
                state != null
                        && (state.segment() > mark.segment()
                                || (state.segment() == mark.segment()
                                        && state.offset() > mark.offset()));
        if (isBeyond) {
            index.forgetFiles();
            state = null;
        }
        long last = state == null ? 1 : state.segment();
        for (long next = 1; next <= last; next++) {
            log.open(next);
        }
        number = replay.begin(index, log::segment, last);
        current = log.segment(number);
        sealed = false;
    }

    private void walkToSeal() {
        Segment segment = current();
        Replay.Stop stop = replay.walk(segment, segment.header().framesEnd());
        if (stop.ending() != Replay.Ending.SEALED) {
            throw Recovery.notSealed(segment, stop);
        }
        sealed = true;
    }

    private void enter(long next) throws IOException {
        log.open(next);
        Segment segment = log.segment(next);
        replay.enter(segment);
        current = segment;
        number = next;
        sealed = false;
    }

    private void walkTo(long end) {
        Segment segment = current();
        Replay.Stop stop = replay.walk(segment, end);
        sealed |= stop.ending() == Replay.Ending.SEALED;
        if (stop.offset() != end) {
            throw new Corruption(
                    segment.fileName(),
                    stop.offset(),
                    stop.problem().isEmpty()
                            ? "the log ends before its mark " + end
                            : stop.problem());
        }
    }

    @Override
    public void close() throws IOException {
        if (marks.isPresent()) {
            marks.get().close();
        }
        log.close();
    }
}
