package org.leftfold.engine.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.LeftfoldException;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.log.ActiveSegment;
import org.leftfold.engine.log.Closing;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.Log;
import org.leftfold.engine.log.Manifest;
import org.leftfold.engine.log.MarkFile;
import org.leftfold.engine.log.MarkFile.Mark;
import org.leftfold.engine.log.Segment;
import org.leftfold.engine.log.SegmentHeader;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;
import org.leftfold.io.Machine;

/**
 * Opens a store for writing (G10). Needs no hand, may itself be cut short anywhere, and ends in the
 * same state:
 *
 * <ol>
 *   <li>read the whole log, check it, file it in the index;
 *   <li>what lies behind the last good frame must be the remnant of one group that was never
 *       acknowledged: a later frame or the mark file that says otherwise is proof of damage, and
 *       the store is not opened;
 *   <li>the remnant becomes zeros; what lies above the last mark is written once more, unless the
 *       store was closed cleanly, because the system may believe pages to be on disk that are not;
 *       all is forced before anything of it is shown (G6);
 *   <li>the manifest counts the opening.
 * </ol>
 */
public final class Recovery {
    private final Directory directory;
    private final Manifest manifest;
    private final EventIndex index;
    private final Replay replay;
    private final List<Segment> segments = new ArrayList<>();
    private @Nullable MarkFile marks;
    private long droppedBytes;

    private Recovery(Directory directory, Manifest manifest, EventIndex index) {
        this.directory = directory;
        this.manifest = manifest;
        this.index = index;
        this.replay = new Replay(index);
    }

    /** Opens the index of a store. */
    @FunctionalInterface
    public interface IndexOpening {
        /** Opens it, as far as it is good. */
        EventIndex open(Manifest manifest) throws IOException;
    }

    /**
     * A store that is ready for appends.
     *
     * @param manifest its identity
     * @param log its log
     * @param index of all events
     * @param head position of the last event
     * @param lastMicros time of the last frame
     * @param droppedBytes length of the remnant that was dropped
     * @param unknownFiles names in the directory that are none of a store's
     */
    public record Recovered(
            Manifest manifest,
            Log log,
            EventIndex index,
            long head,
            long lastMicros,
            long droppedBytes,
            List<String> unknownFiles) {}

    /**
     * Makes or recovers the store in the machine's directory, whose lock the caller holds.
     *
     * @param indexing opens the index, which is fed what it does not have of the log
     * @param background prepares segments ahead
     * @throws Corruption if something that was acknowledged is missing or wrong; nothing was
     *     changed
     */
    public static Recovered open(
            Machine machine, Log.SegmentSizes sizes, Executor background, IndexOpening indexing)
            throws IOException {
        Optional<Manifest> found = Manifest.load(machine.directory());
        Manifest manifest = found.isPresent() ? found.get() : StoreCreation.create(machine, sizes);
        Recovery recovery = new Recovery(machine.directory(), manifest, indexing.open(manifest));
        try {
            return recovery.run(sizes, background);
        } catch (IOException | RuntimeException | Error e) {
            recovery.closeFiles(e);
            throw e;
        }
    }

    private void closeFiles(Throwable reason) {
        List<AutoCloseable> files = new ArrayList<>(segments);
        if (marks != null) {
            files.add(marks);
        }
        files.add(index);
        Closing.all(files, reason);
    }

    /** Whether a store was made and nothing was ever appended to it. */
    public static boolean isUnused(Directory directory) throws IOException {
        if (directory.exists(StoreFiles.segment(2))) {
            return false;
        }
        try (DataFile file = directory.open(StoreFiles.segment(1), Directory.Access.READ)) {
            return Tail.isZero(file, SegmentHeader.BYTES);
        }
    }

    /**
     * Refuses a directory that holds no store and other files, before anything is changed in it.
     * Where there is a lock, it may be a store that is being made by somebody else: that is found
     * out behind the lock.
     */
    public static void refuseForeignDirectory(Directory directory) throws IOException {
        if (directory.exists(StoreFiles.MANIFEST)) {
            return;
        }
        try {
            StoreCreation.refuseForeignFiles(directory);
        } catch (IOException | LeftfoldException e) {
            if (!directory.exists(StoreFiles.LOCK)) {
                throw e;
            }
        }
    }

    private Recovered run(Log.SegmentSizes sizes, Executor background) throws IOException {
        Optional<Mark> mark = MarkFile.load(directory, manifest.storeId());
        Replay.Stop stop = readLog(mark);
        Segment last = segments.getLast();
        checkAgainstMark(last, stop, mark);
        long garbageEnd = stop.offset();
        boolean clean =
                mark.isPresent() && mark.get().clean() && isAt(mark.get(), last, stop.offset());
        if (!clean && stop.ending() != Replay.Ending.SEALED) {
            garbageEnd = inspectTail(last, stop);
        }
        directory.delete(StoreFiles.SPARE);
        directory.delete(StoreFiles.SCAVENGE);
        settle(last, stop.offset(), garbageEnd, clean);
        Manifest opened = manifest.nextOpening(segments.size());
        opened.save(directory);
        long head = replay.nextPosition() - 1;
        MarkFile opening = MarkFile.openForWriting(directory, manifest.storeId());
        marks = opening;
        opening.writeDurably(last.number(), stop.offset(), head, opened.opening());
        ActiveSegment active =
                new ActiveSegment(
                        last, stop.offset(), replay.tally(), replay.lastFrame(), replay.seal());
        index.settled();
        Log log =
                new Log(
                        directory,
                        opened,
                        new Log.Content(segments.toArray(Segment[]::new), active, head),
                        marks,
                        sizes,
                        background);
        return new Recovered(
                opened, log, index, head, replay.lastMicros(), droppedBytes, unknownFiles());
    }

    private static boolean isAt(Mark mark, Segment segment, long offset) {
        return mark.segment() == segment.number() && mark.offset() == offset;
    }

    /**
     * Walks all segments that the index does not have; gives where the walk of the last one ended.
     */
    private Replay.Stop readLog(Optional<Mark> mark) throws IOException {
        long count = countSegments(directory, manifest, mark);
        Replay.Stop stop = new Replay.Stop(Replay.Ending.OPEN, SegmentHeader.BYTES, "");
        for (long number = 1; number <= count; number++) {
            Directory.Access access =
                    number == count ? Directory.Access.WRITE : Directory.Access.READ;
            segments.add(Segment.open(directory, manifest.storeId(), number, access));
        }
        long first = replay.begin(index, number -> segments.get((int) number - 1), count);
        for (long number = first; number <= count; number++) {
            boolean isLast = number == count;
            Segment segment = segments.get((int) number - 1);
            if (number > first) {
                replay.enter(segment);
            }
            stop = replay.walk(segment, segment.header().framesEnd());
            if (!isLast && stop.ending() != Replay.Ending.SEALED) {
                throw notSealed(segment, stop);
            }
        }
        requireNext(segments.getLast());
        return stop;
    }

    /** Only segments that have a next one are rewritten. */
    static void requireNext(Segment last) {
        if (last.header().isRewritten()) {
            throw missing(last.number() + 1);
        }
    }

    static Corruption notSealed(Segment segment, Replay.Stop stop) {
        String problem =
                stop.ending() == Replay.Ending.BROKEN
                        ? stop.problem()
                        : "the segment ends here without a seal, though another one follows";
        return new Corruption(segment.fileName(), stop.offset(), problem);
    }

    /**
     * The number of segments, which must be there without a gap, and none of those that are known
     * to exist missing.
     */
    static long countSegments(Directory directory, Manifest manifest, Optional<Mark> mark)
            throws IOException {
        long count = 0;
        for (String name : directory.list()) {
            OptionalLong number = StoreFiles.segmentNumber(name);
            if (number.isEmpty()) {
                continue;
            }
            if (number.getAsLong() != count + 1) {
                throw missing(count + 1);
            }
            count++;
        }
        long known = Math.max(manifest.lastSegment(), mark.map(Mark::segment).orElse(1L));
        if (count < known) {
            throw missing(count + 1);
        }
        return count;
    }

    private static Corruption missing(long number) {
        return new Corruption(StoreFiles.segment(number), 0, "the file is missing");
    }

    /** A mark beyond the end of the log proves that acknowledged events are missing. */
    static void checkAgainstMark(Segment last, Replay.Stop stop, Optional<Mark> mark) {
        if (mark.isPresent()
                && mark.get().segment() == last.number()
                && mark.get().offset() > stop.offset()) {
            throw new Corruption(
                    last.fileName(),
                    stop.offset(),
                    "the log was durable up to offset %d, but ends here: %s"
                            .formatted(
                                    mark.get().offset(),
                                    stop.problem().isEmpty()
                                            ? "only zeros follow"
                                            : stop.problem()));
        }
    }

    private long inspectTail(Segment last, Replay.Stop stop) {
        long garbageEnd = requireRemnant(last, stop);
        droppedBytes = garbageEnd - stop.offset();
        return garbageEnd;
    }

    /**
     * Makes sure that what follows the last good frame is a remnant of a crash, and gives where it
     * ends.
     */
    static long requireRemnant(Segment last, Replay.Stop stop) {
        Tail.Findings findings = Tail.inspect(last, stop.offset());
        if (findings.witness() >= 0) {
            throw new Corruption(
                    last.fileName(),
                    stop.offset(),
                    "%s, though the frame at offset %d proves that the log was durable beyond"
                            .formatted(
                                    stop.problem().isEmpty() ? "only zeros follow" : stop.problem(),
                                    findings.witness()));
        }
        return findings.garbageEnd();
    }

    /** Zeros instead of the remnant, and certainty about what lies above the last mark. */
    private void settle(Segment last, long end, long garbageEnd, boolean clean) throws IOException {
        try (DataFile file = directory.open(last.fileName(), Directory.Access.WRITE)) {
            if (garbageEnd > end) {
                file.writeZeros(end, garbageEnd - end);
            }
            if (!clean) {
                rewrite(last, file, replay.lastMark(), end);
            }
            file.force();
        }
        directory.force(); // names that a killed process gave may not be durable yet
    }

    private static void rewrite(Segment segment, DataFile file, long from, long to)
            throws IOException {
        byte[] bytes = new byte[(int) Math.min(1 << 20, to - from)];
        for (long at = from; at < to; ) {
            int count = segment.read(at, bytes, 0, (int) Math.min(bytes.length, to - at));
            if (count == 0) {
                throw new IOException(
                        "file %s ends at offset %d".formatted(segment.fileName(), at));
            }
            file.write(at, ByteBuffer.wrap(bytes, 0, count));
            at += count;
        }
    }

    private List<String> unknownFiles() throws IOException {
        return directory.list().stream().filter(name -> !StoreFiles.isKnown(name)).toList();
    }
}
