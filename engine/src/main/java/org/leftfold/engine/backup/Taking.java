package org.leftfold.engine.backup;

import java.io.IOException;
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
 * everything before that stays as it is, so it is whole until the new mark takes over. Without a
 * manifest the directory holds no store: a first backup that was cut short is none, and goes on.
 * One thread.
 */
public final class Taking {
    private final Directory source;
    private final Directory target;
    private final boolean verifyAll;
    private final FileCopier files;
    private final Manifest manifest;
    private final Mark mark;
    private final SegmentCopier segments;
    private long kept;

    private Taking(FileCopier files, Manifest manifest, Mark mark, boolean verifyAll) {
        this.source = files.source();
        this.target = files.target();
        this.verifyAll = verifyAll;
        this.files = files;
        this.manifest = manifest;
        this.mark = mark;
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
        Manifest first = Manifest.load(source).orElseThrow(() -> noManifest());
        Mark mark =
                MarkFile.load(source, first.storeId())
                        .orElseThrow(() -> StoreUnavailableException.noMark(source.describe()));
        // Read again behind the mark: it is never of an older opening than the mark.
        Manifest manifest = Manifest.load(source).orElseThrow(() -> noManifest());
        Former.examine(target, manifest, mark);
        target.createIfMissing();
        DirectoryLock lock =
                target.tryLock(StoreFiles.LOCK)
                        .orElseThrow(() -> StoreUnavailableException.inUse(target.describe()));
        try {
            Former former = Former.examine(target, manifest, mark);
            FileCopier files = new FileCopier(source, target, progress);
            return new Taking(files, manifest, mark, verifyAll).run(former);
        } finally {
            lock.close();
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
        for (long number = 1; number <= mark.segment(); number++) {
            if (keeps(number, former)) {
                kept++;
            } else {
                segments.copy(number);
            }
        }
        files.copyAttachments();
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
        files.removeAttachments();
        target.force();
        return new Copied(mark.head(), files.bytesCopied(), segments.copied(), kept);
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
        if (former.endsIn(number)) {
            long end = former.mark().orElseThrow().offset();
            if (!files.areEqual(StoreFiles.segment(number), end)) {
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
        try (Segment theirs = openSource(number);
                Segment ours =
                        Segment.open(target, manifest.storeId(), number, Directory.Access.READ)) {
            seal = SealSearch.find(ours);
            sameHeader = ours.header().equals(theirs.header());
        } catch (Corruption e) {
            return Optional.empty(); // Whose ever it is: copying it again repairs it, or tells.
        }
        boolean isSame = sameHeader && seal.isPresent() && seal.get().crc() == expected;
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
