package org.leftfold.engine.backup;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.Manifest;
import org.leftfold.engine.log.MarkFile;
import org.leftfold.engine.log.MarkFile.Mark;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.engine.recovery.FittingMark;
import org.leftfold.io.Directory;

/**
 * What a backup directory holds before a backup is taken into it.
 *
 * @param mark how far the former backup goes; empty if there is none, or its mark is damaged
 * @param isBegun whether segments may be there
 */
record Former(Optional<Mark> mark, boolean isBegun) {
    /**
     * Looks at a directory, and changes nothing.
     *
     * @param manifest of the store
     * @param end how far the store is to be backed up
     * @throws InvalidRequestException if it holds anything but an earlier backup of this store, or
     *     one that was begun (LF-1012)
     */
    static Former examine(Directory directory, Manifest manifest, Mark end) throws IOException {
        List<String> names = directory.list();
        boolean isWhole = names.contains(StoreFiles.MANIFEST);
        boolean hasSegments =
                names.stream().anyMatch(name -> StoreFiles.segmentNumber(name).isPresent());
        List<String> foreign =
                names.stream().filter(name -> !isOfBackup(name, isWhole || hasSegments)).toList();
        if (!foreign.isEmpty()) {
            throw refused(directory, "it holds other files: " + foreign);
        }
        if (!isWhole && !hasSegments) {
            return new Former(Optional.empty(), false);
        }
        Manifest former =
                Manifest.load(directory, isWhole ? StoreFiles.MANIFEST : StoreFiles.BACKUP)
                        .orElseThrow(
                                () -> refused(directory, "it holds segments without a manifest"));
        requireSameHistory(directory, manifest, former);
        Optional<Mark> mark =
                isWhole ? MarkFile.load(directory, manifest.storeId()) : Optional.empty();
        if (mark.isPresent()) {
            mark = Optional.of(fitting(directory, manifest, mark.get()));
        }
        if (mark.isPresent() && isBehind(end, mark.get())) {
            throw refused(
                    directory,
                    "its backup goes to position %d, the store only to %d: the store is an older copy, or another one"
                            .formatted(mark.get().head(), end.head()));
        }
        return new Former(mark, true);
    }

    private static Mark fitting(Directory directory, Manifest manifest, Mark mark)
            throws IOException {
        try {
            return FittingMark.of(directory, manifest.storeId(), mark);
        } catch (Corruption e) {
            return mark; // what is damaged in a backup is copied again
        }
    }

    private static void requireSameHistory(
            Directory directory, Manifest manifest, Manifest former) {
        if (!former.storeId().equals(manifest.storeId())) {
            throw refused(
                    directory,
                    "it holds a backup of store %s, this is store %s"
                            .formatted(former.storeId(), manifest.storeId()));
        }
        if (!former.epoch().equals(manifest.epoch())) {
            throw refused(
                    directory,
                    "it holds a backup of epoch %s, the store is of epoch %s: it was restored since"
                            .formatted(former.epoch(), manifest.epoch()));
        }
    }

    private static boolean isBehind(Mark end, Mark former) {
        return end.segment() < former.segment()
                || (end.segment() == former.segment() && end.offset() < former.offset());
    }

    /** Whether the former backup has all of this segment. */
    boolean hasAllOf(long number) {
        return mark.isPresent() && number < mark.get().segment();
    }

    /** Whether the former backup ends in this segment. */
    boolean endsIn(long number) {
        return mark.isPresent() && number == mark.get().segment();
    }

    /** Segments are the first that come into a backup, so without them there is hardly anything. */
    private static boolean isOfBackup(String name, boolean isBegun) {
        return name.equals(StoreFiles.LOCK)
                || name.equals(StoreFiles.MANIFEST)
                || name.equals(StoreFiles.BACKUP)
                || name.equals(StoreFiles.COPY)
                || (isBegun && isCopied(name));
    }

    /** Whether a file of this name comes into a backup or out of one by copying. */
    static boolean isCopied(String name) {
        return name.equals(StoreFiles.MARK)
                || name.equals(StoreFiles.COPY)
                || name.startsWith(StoreFiles.ATTACHMENT)
                || StoreFiles.segmentNumber(name).isPresent();
    }

    /** LF-1012: the directory cannot take this backup. */
    static InvalidRequestException refused(Directory directory, String why) {
        return new InvalidRequestException(
                "LF-1012",
                ("directory %s cannot take this backup: %s. Nothing that was backed up before was changed. Name an empty or a"
                                + " new directory, or that of an earlier backup of the same store.")
                        .formatted(directory.describe(), why));
    }
}
