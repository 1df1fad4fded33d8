package org.leftfold.engine.recovery;

import static java.util.stream.Collectors.toList;

import java.io.IOException;
import java.util.List;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.Log;
import org.leftfold.engine.log.Manifest;
import org.leftfold.engine.log.MarkFile;
import org.leftfold.engine.log.SegmentHeader;
import org.leftfold.engine.log.SegmentMaker;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;
import org.leftfold.io.Machine;

/**
 * Makes a new store. The manifest comes last: a directory with a manifest is a whole store, and one
 * without holds nothing that was acknowledged. Never starts anew over a log.
 */
final class StoreCreation {
    private StoreCreation() {}

    static Manifest create(Machine machine, Log.SegmentSizes sizes) throws IOException {
        Directory directory = machine.directory();
        removeLeftovers(directory);
        long now = machine.time().wallMicros();
        Manifest manifest =
                new Manifest(
                        machine.entropy().nextUuid(), machine.entropy().nextUuid(), 0, 1, now, 1);
        SegmentHeader first =
                new SegmentHeader(manifest.storeId(), 1, 1, sizes.firstBytes(), now, 1, 0);
        SegmentMaker.make(directory, first);
        MarkFile.openForWriting(directory, manifest.storeId()).close();
        manifest.create(directory);
        return manifest;
    }

    /** Refuses to make a store over a log, or where anything else is. */
    static void refuseForeignFiles(Directory directory) throws IOException {
        List<String> names = directory.list();
        if (names.contains(StoreFiles.RESTORE) || names.contains(StoreFiles.BACKUP)) {
            throw unfinished(directory, names.contains(StoreFiles.RESTORE));
        }
        for (String name : names) {
            if (StoreFiles.segmentNumber(name).isPresent()) {
                refuseLog(directory, name);
            }
        }
        List<String> unknown =
                directory.list().stream()
                        .filter(name -> !StoreFiles.isKnown(name))
                        .collect(toList());
        if (directory.exists(StoreFiles.MARK) && !MarkFile.isUnused(directory)) {
            unknown.add(StoreFiles.MARK);
        }
        if (!unknown.isEmpty()) {
            throw new InvalidRequestException(
                    "LF-1009",
                    ("directory %s holds no store and is not empty: it has %s. Nothing was changed. Name an empty or a new"
                                    + " directory, or that of a store.")
                            .formatted(directory.describe(), unknown));
        }
    }

    private static InvalidRequestException unfinished(Directory directory, boolean isRestore) {
        String what = isRestore ? "a restore" : "a backup";
        return new InvalidRequestException(
                "LF-1009",
                "directory %s holds %s that was not finished, and no store. Nothing was changed. Make it once more, with the"
                                .formatted(directory.describe(), what)
                        + " same directory: it is finished then.");
    }

    /** Removes what an interrupted creation left, if nothing else is there. */
    private static void removeLeftovers(Directory directory) throws IOException {
        refuseForeignFiles(directory);
        for (String name : directory.list()) {
            if (!name.equals(StoreFiles.LOCK) && !name.startsWith(StoreFiles.ATTACHMENT)) {
                directory.delete(name);
            }
        }
        directory.force();
    }

    /** A segment without a manifest may go only if it is the first one and never held a frame. */
    private static void refuseLog(Directory directory, String name) throws IOException {
        try (DataFile file = directory.open(name, Directory.Access.READ)) {
            boolean first = StoreFiles.segmentNumber(name).orElseThrow() == 1;
            if (!first || !Tail.isZero(file, SegmentHeader.BYTES)) {
                throw new Corruption(
                        StoreFiles.MANIFEST,
                        0,
                        "the manifest is missing, though there is the log %s".formatted(name));
            }
        }
    }
}
