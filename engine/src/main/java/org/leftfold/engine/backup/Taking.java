package org.leftfold.engine.backup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.Manifest;
import org.leftfold.engine.log.MarkFile;
import org.leftfold.engine.log.MarkFile.Mark;
import org.leftfold.engine.log.Segment;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.engine.recovery.FittingMark;
import org.leftfold.engine.recovery.SealSearch;
import org.leftfold.engine.recovery.SealSearch.Seal;
import org.leftfold.io.Directory;
import org.leftfold.io.DirectoryLock;

/**
 * Takes one backup of a store, beside its writer, into a directory that may hold an earlier one.
 *
 * <p>The store's mark says how far its log is durable; what lies before it never changes. Segments
 * are copied in their order, each under a temporary name until it is whole, checked and durable;
 * then come attachments, the mark, the manifest. The former backup ends at its own mark, and
 * everything before that stays as it is, so it is whole until the new mark takes over. Segments
 * that it had whole and that a scavenge has rewritten since follow behind that: the acts that made
 * their events unreadable are then there. Without a manifest the directory holds no store: a first
 * backup that was cut short is none, and goes on. One thread.
 *
 * <p>One exception: where the very segment in which the former backup ends was rewritten, it is put
 * in place right before the mark, behind the segments that follow it. In between, the directory
 * does not verify; cut short there, it holds that segment without its removed events.
 */
public final class Taking {
    /** A store that is scavenged again and again may rewrite its last segment meanwhile. */
    private static final int ATTEMPTS = 10;

    private final Directory source;
    private final Directory target;
    private final boolean verifyAll;
    private final FileCopier files;
    private final Manifest manifest;
    private final Mark mark;
    private final SegmentCopier segments;
    private final List<Long> rewritten = new ArrayList<>(); // of those that the former has whole
    private long copied; // segments out of their order
    private long kept;

    private Taking(FileCopier files, End end, boolean verifyAll) {
        this.source = files.source();
        this.target = files.target();
        this.verifyAll = verifyAll;
        this.files = files;
        this.manifest = end.manifest();
        this.mark = end.mark();
        this.segments = new SegmentCopier(files, manifest.storeId(), mark);
    }

    /**
     * Takes a backup of the store in {@code source}, which has a manifest. Durable on return.
     *
     * @param verifyAll whether segments that are there already are read and checked; a damaged one
     *     is copied again
     * @param progress told the number of bytes that were copied or checked so far
     * @throws InvalidRequestException if the target holds anything else (LF-1012)
     * @throws StoreUnavailableException if another backup is being taken there (LF-3004)
     * @throws Corruption if the store is damaged
     */
    public static Copied run(
            Directory source, Directory target, boolean verifyAll, LongConsumer progress)
            throws IOException {
        End end = End.of(source);
        Former.examine(target, end.manifest(), end.mark());
        target.createIfMissing();
        DirectoryLock lock =
                target.tryLock(StoreFiles.LOCK)
                        .orElseThrow(() -> StoreUnavailableException.inUse(target.describe()));
        try {
            FileCopier files = new FileCopier(source, target, progress);
            for (int attempt = 1; ; attempt++) {
                try {
                    Former former = Former.examine(target, end.manifest(), end.mark());
                    return new Taking(files, end, verifyAll).run(former);
                } catch (Overtaken e) {
                    if (attempt == ATTEMPTS) {
                        throw e;
                    }
                    end = End.of(source);
                }
            }
        } finally {
            lock.close();
        }
    }

    /** How far the store goes. */
    private record End(Manifest manifest, Mark mark) {
        static End of(Directory source) throws IOException {
            Manifest first = Manifest.load(source).orElseThrow(() -> noManifest());
            Mark mark =
                    MarkFile.load(source, first.storeId())
                            .orElseThrow(() -> StoreUnavailableException.noMark(source.describe()));
            // Read again behind the mark: it is never of an older opening than the mark.
            Manifest manifest = Manifest.load(source).orElseThrow(() -> noManifest());
            return new End(manifest, FittingMark.of(source, manifest.storeId(), mark));
        }
    }

    /** LF-1012: the directory cannot take this backup. */
    public static InvalidRequestException refused(Directory backupDirectory, String why) {
        return Former.refused(backupDirectory, why);
    }

    private static Corruption noManifest() {
        return new Corruption(StoreFiles.MANIFEST, 0, "the file is missing");
    }

    private Copied run(Former former) throws IOException {
        try {
            return copyAll(former);
        } catch (IOException | RuntimeException | Error e) {
            files.discard(e);
            throw e;
        }
    }

    private Copied copyAll(Former former) throws IOException {
        target.delete(StoreFiles.COPY);
        Manifest copy =
                new Manifest(
                        manifest.storeId(),
                        manifest.epoch(),
                        manifest.opening(),
                        mark.segment(),
                        manifest.createdMicros(),
                        manifest.sequence());
        if (!former.isBegun()) {
            copy.write(target, StoreFiles.BACKUP);
            target.force();
        }
        long endOfFormer = copySegments(former);
        files.copyAttachments();
        if (endOfFormer > 0) {
            copyLate(endOfFormer);
        }
        Mark clean =
                new Mark(
                        mark.sequence(),
                        mark.segment(),
                        mark.offset(),
                        mark.head(),
                        mark.opening(),
                        true);
        MarkFile.write(target, StoreFiles.COPY, manifest.storeId(), clean);
        files.install(StoreFiles.MARK);
        copy.write(target, StoreFiles.COPY);
        files.install(StoreFiles.MANIFEST);
        target.delete(StoreFiles.BACKUP);
        for (long number : rewritten) {
            copyLate(number);
        }
        files.removeAttachments();
        target.force();
        return new Copied(mark.head(), files.bytesCopied(), copied + segments.copied(), kept);
    }

    /**
     * Copies what is not there, but for the segments whose turn comes later.
     *
     * @return the segment in which the former backup ends, if it was rewritten since, else 0
     */
    private long copySegments(Former former) throws IOException {
        long endOfFormer = 0;
        for (long number = 1; number <= mark.segment(); number++) {
            if (keeps(number, former)) {
                kept++;
            } else if (former.endsIn(number) && isRewritten(number)) {
                endOfFormer = number;
                segments.check().pass(sealOf(source, number));
            } else if (former.hasAllOf(number) && isRewritten(number) && isWhole(number)) {
                rewritten.add(number);
                segments.check().pass(sealOf(source, number));
            } else {
                segments.copy(number);
            }
        }
        return endOfFormer;
    }

    /** Whether the backup has a segment of this number with its seal; damage is copied over. */
    private boolean isWhole(long number) throws IOException {
        if (!target.exists(StoreFiles.segment(number))) {
            return false;
        }
        try (Segment segment =
                Segment.open(target, manifest.storeId(), number, Directory.Access.READ)) {
            return SealSearch.find(segment).isPresent();
        } catch (Corruption e) {
            return false;
        }
    }

    /** Copies a segment out of order, between two that are there. */
    private void copyLate(long number) throws IOException {
        SegmentCopier later = new SegmentCopier(files, manifest.storeId(), mark);
        if (number > 1) {
            later.check().pass(sealOf(target, number - 1));
        }
        later.copy(number);
        copied += later.copied();
    }

    private boolean isRewritten(long number) throws IOException {
        try (Segment segment = openSource(number)) {
            return segment.header().isRewritten();
        }
    }

    private Seal sealOf(Directory directory, long number) throws IOException {
        try (Segment segment =
                Segment.open(directory, manifest.storeId(), number, Directory.Access.READ)) {
            return SealSearch.find(segment)
                    .orElseThrow(
                            () -> new Corruption(segment.fileName(), 0, "the segment has no seal"));
        }
    }

    /** Whether the backup has this segment already, as the store has it now. */
    private boolean keeps(long number, Former former) throws IOException {
        if (!target.exists(StoreFiles.segment(number))) {
            return false;
        }
        if (!segments.isLast(number)) {
            Optional<Seal> seal = sameSeal(number, former);
            if (seal.isPresent()) {
                files.done(0);
                return verifies(number, seal);
            }
        }
        if (former.endsIn(number) && !isRewritten(number)) {
            long end = former.mark().orElseThrow().offset();
            if (!files.areEqual(StoreFiles.segment(number), end)) {
                if (isRewritten(number)) {
                    throw new Overtaken(StoreFiles.segment(number));
                }
                throw anotherHistory(number);
            }
            return segments.isLast(number)
                    && end == mark.offset()
                    && verifies(number, Optional.empty());
        }
        return false;
    }

    /**
     * The seal of a segment in the backup if it is that of the store, which the header of the next
     * segment repeats.
     */
    private Optional<Seal> sameSeal(long number, Former former) throws IOException {
        int expected;
        try (Segment next = openSource(number + 1)) {
            expected = next.header().previousSeal();
        }
        Optional<Seal> seal;
        boolean sameHeader;
        boolean isRewritten;
        try (Segment theirs = openSource(number);
                Segment ours =
                        Segment.open(target, manifest.storeId(), number, Directory.Access.READ)) {
            seal = SealSearch.find(ours);
            isRewritten = ours.header().isRewritten() || theirs.header().isRewritten();
            sameHeader =
                    ours.header().equals(theirs.header())
                            && (!isRewritten || seal.equals(SealSearch.find(theirs)));
        } catch (Corruption e) {
            return Optional.empty(); // Whose ever it is: copying it again repairs it, or tells.
        }
        boolean sameSegment = seal.isPresent() && seal.get().crc() == expected;
        if (sameSegment && isRewritten && !sameHeader) {
            return Optional.empty(); // the same history, with less or more of it removed
        }
        boolean isSame = sameHeader && sameSegment;
        if (!isSame && seal.isPresent() && former.hasAllOf(number)) {
            throw anotherHistory(number);
        }
        return isSame ? seal : Optional.empty();
    }

    private Segment openSource(long number) throws IOException {
        return Segment.open(source, manifest.storeId(), number, Directory.Access.READ);
    }

    /** Takes over a segment that is there; false if it is to be checked and is damaged. */
    private boolean verifies(long number, Optional<Seal> seal) throws IOException {
        if (!verifyAll) {
            seal.ifPresent(segments.check()::pass);
            return true;
        }
        try (Segment segment =
                Segment.open(target, manifest.storeId(), number, Directory.Access.READ)) {
            segments.check(segment);
            files.done(segment.header().capacityBytes());
            return true;
        } catch (Corruption e) {
            return false; // It is copied again.
        }
    }

    /** Unless it is the store that is damaged, which is told with its place. */
    private InvalidRequestException anotherHistory(long number) throws IOException {
        try (Segment segment = openSource(number)) {
            segments.check(segment);
        }
        return Former.refused(
                target,
                "its file %s differs from that of the store: it is of another history, or damaged"
                        .formatted(StoreFiles.segment(number)));
    }
}
