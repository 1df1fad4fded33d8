package org.leftfold.engine.recovery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.leftfold.api.VerificationReport;
import org.leftfold.api.VerificationReport.Problem;
import org.leftfold.engine.index.IndexCheck;
import org.leftfold.engine.index.VersionTable;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.FrameScanner;
import org.leftfold.engine.log.Manifest;
import org.leftfold.engine.log.MarkFile;
import org.leftfold.engine.log.MarkFile.Mark;
import org.leftfold.engine.log.Segment;
import org.leftfold.engine.log.SegmentDirectory;
import org.leftfold.engine.log.SegmentHeader;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.io.Directory;

/**
 * Reads every byte of a store and compares it with its checksums and rules. Changes nothing, opens
 * nothing, and reports damage instead of throwing. Up to the first damage every event is checked
 * against those before it; behind it the checksums are.
 */
public final class Verifier {
    /** More problems than this tell nobody more. */
    private static final int MAX_PROBLEMS = 100;

    private final Directory directory;
    private final boolean live;
    private final LongConsumer progress;
    private final List<Problem> problems = new ArrayList<>();
    private final VersionTable versions = new VersionTable();
    private final Replay replay = new Replay(versions);
    private boolean continuous = true;
    private long eventsBehind; // events in frames behind the first damage

    /**
     * A verification.
     *
     * @param live whether a process writes to the store: then only what its mark covers is checked
     * @param progress told the number of events checked so far, now and then
     */
    public Verifier(Directory directory, boolean live, LongConsumer progress) {
        this.directory = directory;
        this.live = live;
        this.progress = progress;
    }

    /** Runs the verification of a store, which has a manifest. */
    public VerificationReport run() throws IOException {
        try {
            Optional<Manifest> manifest = Manifest.load(directory);
            if (manifest.isPresent()) {
                checkSmallFiles(manifest.get());
                checkSegments(manifest.get());
                IndexCheck.check(directory, manifest.get().storeId(), this::report);
            }
        } catch (Corruption e) {
            report(e);
        }
        return new VerificationReport(
                replay.events() + eventsBehind, versions.streamCount(), problems);
    }

    private void report(Corruption e) {
        report(e.file(), e.offset(), e.what());
    }

    private void report(String file, long offset, String what) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(new Problem(file, offset, what));
        }
    }

    private void checkSmallFiles(Manifest manifest) throws IOException {
        OptionalLong damagedSlot = Manifest.findDamagedSlot(directory);
        if (damagedSlot.isPresent()) {
            report(
                    StoreFiles.MANIFEST,
                    damagedSlot.getAsLong(),
                    "a slot is damaged; the other one is good, and opening the store for writing"
                            + " repairs it");
        }
        Optional<MarkFile> marks = MarkFile.openForReading(directory, manifest.storeId());
        if (marks.isEmpty()) {
            report(
                    StoreFiles.MARK,
                    0,
                    "the file is missing; opening the store for writing makes it anew");
            return;
        }
        try (MarkFile file = marks.get()) {
            if (!live && !file.isWhole()) {
                report(
                        StoreFiles.MARK,
                        0,
                        "a slot is damaged; opening the store for writing repairs it");
            }
        }
    }

    private void checkSegments(Manifest manifest) throws IOException {
        Optional<Mark> mark = MarkFile.load(directory, manifest.storeId());
        long count;
        try {
            count = Recovery.countSegments(directory, manifest, mark);
        } catch (Corruption e) {
            report(e);
            count = countFromFirst();
        }
        if (live && mark.isPresent()) {
            count = Math.min(count, mark.get().segment());
        }
        for (long number = 1; number <= count; number++) {
            try (Segment segment =
                    Segment.open(directory, manifest.storeId(), number, Directory.Access.READ)) {
                checkSegment(segment, number == count, mark);
                if (number == count && !directory.exists(StoreFiles.segment(number + 1))) {
                    Recovery.requireNext(segment);
                }
            } catch (Corruption e) {
                report(e);
                continuous = false;
            }
            progress.accept(replay.events() + eventsBehind);
        }
    }

    private long countFromFirst() throws IOException {
        long count = 0;
        while (directory.exists(StoreFiles.segment(count + 1))) {
            count++;
        }
        return count;
    }

    private void checkSegment(Segment segment, boolean isLast, Optional<Mark> mark) {
        long limit = segment.header().framesEnd();
        boolean isRewritten = segment.header().isRewritten(); // then it is sealed
        if (live && isLast && mark.isPresent() && !isRewritten) {
            limit = mark.get().offset();
        }
        long from = SegmentHeader.BYTES;
        if (continuous) {
            try {
                replay.enter(segment);
                Replay.Stop stop = replay.walk(segment, limit);
                checkEnd(segment, isLast && !isRewritten, mark, stop);
                if (isRewritten) {
                    SegmentDirectory.check(segment);
                }
                return;
            } catch (Corruption e) {
                report(e);
                continuous = false;
                from = e.offset() + 1;
            }
        }
        checkChecksums(segment, from, limit);
    }

    private void checkEnd(Segment segment, boolean isLast, Optional<Mark> mark, Replay.Stop stop) {
        if (!isLast) {
            if (stop.ending() != Replay.Ending.SEALED) {
                throw Recovery.notSealed(segment, stop);
            }
            return;
        }
        Recovery.checkAgainstMark(segment, stop, mark);
        if (live || stop.ending() == Replay.Ending.SEALED) {
            return;
        }
        Recovery.requireRemnant(segment, stop);
    }

    /** Behind a damage: every frame that can be found is checked alone. */
    private void checkChecksums(Segment segment, long from, long limit) {
        long offset = from;
        while (offset < limit) {
            long next = Tail.findFrame(segment, offset, limit);
            if (next < 0) {
                return;
            }
            FrameScanner scanner = new FrameScanner(segment, next, limit);
            FrameScanner.Found found = scanner.next();
            while (found == FrameScanner.Found.FRAME) {
                eventsBehind += scanner.header().eventCount();
                found = scanner.next();
            }
            if (found == FrameScanner.Found.BAD) {
                report(segment.fileName(), scanner.frameOffset(), scanner.problem());
            }
            offset = Math.max(next + 1, scanner.frameOffset() + 1);
        }
    }
}
