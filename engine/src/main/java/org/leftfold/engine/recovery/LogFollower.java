package org.leftfold.engine.recovery;

import java.io.IOException;
import java.util.Optional;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.Log;
import org.leftfold.engine.log.Manifest;
import org.leftfold.engine.log.MarkFile;
import org.leftfold.engine.log.MarkFile.Mark;
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
    private final Replay replay;
    private Optional<MarkFile> marks;
    private long number;
    private long offset = SegmentHeader.BYTES;

    /** Follows into {@code log}, which is empty, and {@code index}. */
    public LogFollower(Directory directory, Manifest manifest, Log log, EventIndex index)
            throws IOException {
        this.directory = directory;
        this.manifest = manifest;
        this.log = log;
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
        if (marks.isEmpty()) {
            marks = MarkFile.openForReading(directory, manifest.storeId());
        }
        Optional<Mark> newest = marks.isPresent() ? marks.get().newest() : Optional.empty();
        if (newest.isEmpty() || isKnown(newest.get())) {
            return false;
        }
        Mark mark = newest.get();
        if (number == 0) {
            enter(1);
        }
        while (number < mark.segment()) {
            Segment segment = log.segment(number);
            Replay.Stop stop = replay.walk(segment, segment.header().capacityBytes());
            if (stop.ending() != Replay.Ending.SEALED) {
                throw Recovery.notSealed(segment, stop);
            }
            enter(number + 1);
        }
        walkTo(mark);
        log.advance(new Log.End(number, offset, replay.nextPosition() - 1));
        return true;
    }

    private boolean isKnown(Mark mark) {
        return mark.segment() < number || (mark.segment() == number && mark.offset() <= offset);
    }

    private void enter(long next) throws IOException {
        log.open(next);
        replay.enter(log.segment(next));
        number = next;
        offset = SegmentHeader.BYTES;
    }

    private void walkTo(Mark mark) {
        Segment segment = log.segment(number);
        Replay.Stop stop = replay.walk(segment, mark.offset());
        if (stop.offset() != mark.offset()) {
            throw new Corruption(
                    segment.fileName(),
                    stop.offset(),
                    stop.problem().isEmpty()
                            ? "the log ends before its mark " + mark.offset()
                            : stop.problem());
        }
        offset = stop.offset();
    }

    @Override
    public void close() throws IOException {
        if (marks.isPresent()) {
            marks.get().close();
        }
        log.close();
    }
}
