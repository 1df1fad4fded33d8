package org.leftfold.engine.backup;

import java.io.IOException;
import java.util.UUID;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.MarkFile.Mark;
import org.leftfold.engine.log.Segment;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.engine.recovery.LogCheck;

/**
 * Copies the segments of a log up to a mark, in their order. What was written is read again and
 * checked before it gets its name, so no damaged segment replaces a good one. One thread.
 */
final class SegmentCopier {
    private final FileCopier files;
    private final UUID storeId;
    private final Mark mark;
    private final LogCheck check = new LogCheck();
    private long copied;

    SegmentCopier(FileCopier files, UUID storeId, Mark mark) {
        this.files = files;
        this.storeId = storeId;
        this.mark = mark;
    }

    /** The check of the log, which the owner may let pass over a segment. */
    LogCheck check() {
        return check;
    }

    /** How many segments were copied. */
    long copied() {
        return copied;
    }

    boolean isLast(long number) {
        return number == mark.segment();
    }

    /**
     * Copies the next segment.
     *
     * @throws Corruption if it is damaged; names the file that was to be copied
     * @throws Overtaken if the mark lies in it and does not fit any more
     */
    void copy(long number) throws IOException {
        String name = StoreFiles.segment(number);
        if (!files.source().exists(name)) {
            throw new Corruption(name, 0, "the file is missing");
        }
        files.copy(name, isLast(number) ? mark.offset() : Long.MAX_VALUE);
        try (Segment segment = Segment.openCopy(files.target(), StoreFiles.COPY, storeId, number)) {
            if (isLast(number) && segment.header().isRewritten()) {
                throw new Overtaken(name);
            }
            check(segment);
        } catch (Corruption e) {
            files.target().delete(StoreFiles.COPY);
            throw e.file().equals(StoreFiles.COPY) ? new Corruption(name, e.offset(), e.what()) : e;
        }
        files.install(name);
        copied++;
    }

    /** Checks the next segment, wherever it is. */
    void check(Segment segment) {
        if (!isLast(segment.number())) {
            check.full(segment);
            return;
        }
        long position = check.last(segment, mark.offset());
        if (position != mark.head()) {
            throw new Corruption(
                    StoreFiles.MARK,
                    0,
                    "it says that the log ends with position %d, the log says %d"
                            .formatted(mark.head(), position));
        }
    }
}
