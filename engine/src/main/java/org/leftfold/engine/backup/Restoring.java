package org.leftfold.engine.backup;

import java.io.IOException;
import java.util.List;
import java.util.function.LongConsumer;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.Manifest;
import org.leftfold.engine.log.MarkFile;
import org.leftfold.engine.log.MarkFile.Mark;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.engine.recovery.FittingMark;
import org.leftfold.io.Directory;
import org.leftfold.io.DirectoryLock;
import org.leftfold.io.EntropySource;

/**
 * Makes a store of a backup. The manifest lies there from the beginning under the name {@link
 * StoreFiles#RESTORE}, and gets its own when all the rest is durable: until then the directory is
 * no store, is recognised as an unfinished restore, and can be restored into again. One thread.
 */
public final class Restoring {
    private final FileCopier files;
    private final Directory target;

    private Restoring(FileCopier files) {
        this.files = files;
        this.target = files.target();
    }

    /**
     * Restores a backup, which has a manifest. Durable on return.
     *
     * @param entropy gives the new epoch
     * @param progress told the number of bytes that were copied so far
     * @throws InvalidRequestException if the source is no backup (LF-1012), or the target not empty
     *     (LF-1009)
     * @throws StoreUnavailableException if something else is going on in the target (LF-3004)
     * @throws Corruption if the backup is damaged; the target is then no store
     */
    public static Copied run(
            Directory source, Directory target, EntropySource entropy, LongConsumer progress)
            throws IOException {
        Manifest manifest = Manifest.load(source).orElseThrow(() -> notClosed(source));
        Mark mark =
                MarkFile.load(source, manifest.storeId())
                        .filter(Mark::clean)
                        .orElseThrow(() -> notClosed(source));
        mark = FittingMark.of(source, manifest.storeId(), mark);
        requireFree(target);
        target.createIfMissing();
        DirectoryLock lock =
                target.tryLock(StoreFiles.LOCK)
                        .orElseThrow(() -> StoreUnavailableException.inUse(target.describe()));
        try {
            requireFree(target);
            long opening = Math.max(manifest.opening(), mark.opening()) + 1;
            Manifest restored =
                    new Manifest(
                            manifest.storeId(),
                            entropy.nextUuid(),
                            opening,
                            mark.segment(),
                            manifest.createdMicros(),
                            1);
            Mark end = new Mark(1, mark.segment(), mark.offset(), mark.head(), opening, true);
            return new Restoring(new FileCopier(source, target, progress)).run(restored, end);
        } finally {
            lock.close();
        }
    }

    private static InvalidRequestException notClosed(Directory source) {
        return new InvalidRequestException(
                "LF-1012",
                "directory %s is no backup: its mark does not say that it is whole. Nothing was restored. Name the directory"
                                .formatted(source.describe())
                        + " of a backup; of a store take a backup first.");
    }

    /** Refuses a directory with anything but the remains of an earlier restore. */
    private static void requireFree(Directory target) throws IOException {
        List<String> names =
                target.list().stream().filter(name -> !name.equals(StoreFiles.LOCK)).toList();
        boolean isBegun = names.contains(StoreFiles.RESTORE);
        List<String> foreign =
                names.stream().filter(name -> !isBegun || !isOfRestore(name)).toList();
        if (!foreign.isEmpty()) {
            throw new InvalidRequestException(
                    "LF-1009",
                    "directory %s is not empty: it has %s. Nothing was restored. Name an empty or a new directory."
                            .formatted(target.describe(), foreign));
        }
    }

    private static boolean isOfRestore(String name) {
        return name.equals(StoreFiles.RESTORE) || Former.isCopied(name);
    }

    private Copied run(Manifest manifest, Mark mark) throws IOException {
        try {
            return copyAll(manifest, mark);
        } catch (IOException | RuntimeException | Error e) {
            files.discard(e);
            throw e;
        }
    }

    private Copied copyAll(Manifest manifest, Mark mark) throws IOException {
        removeRemains();
        manifest.write(target, StoreFiles.RESTORE);
        target.force();
        SegmentCopier segments = new SegmentCopier(files, manifest.storeId(), mark);
        for (long number = 1; number <= mark.segment(); number++) {
            segments.copy(number);
        }
        files.copyAttachments();
        MarkFile.write(target, StoreFiles.COPY, manifest.storeId(), mark);
        files.install(StoreFiles.MARK);
        target.rename(StoreFiles.RESTORE, StoreFiles.MANIFEST);
        target.force();
        return new Copied(mark.head(), files.bytesCopied(), segments.copied(), 0);
    }

    /** The file that says what they are goes last. */
    private void removeRemains() throws IOException {
        for (String name : target.list()) {
            if (Former.isCopied(name)) {
                target.delete(name);
            }
        }
        target.force();
    }
}
