package org.leftfold.engine.recovery;

import java.io.IOException;
import java.util.UUID;
import org.leftfold.engine.log.Corruption;
import org.leftfold.engine.log.MarkFile.Mark;
import org.leftfold.engine.log.Segment;
import org.leftfold.engine.log.SegmentHeader;
import org.leftfold.engine.log.StoreFiles;
import org.leftfold.io.Directory;

/**
 * Marks that lie in a segment which was rewritten since: their offsets mean nothing any more. Such
 * a segment is sealed, and all of it is durable, so the beginning of the next one takes their
 * place. Stateless.
 */
public final class FittingMark {
    private FittingMark() {}

    /**
     * The mark, or the one that takes its place.
     *
     * @throws Corruption if there is no such segment
     */
    public static Mark of(Directory directory, UUID storeId, Mark mark) throws IOException {
        Mark fitting = mark;
        SegmentHeader header = header(directory, storeId, fitting.segment());
        while (header.isRewritten()) {
            header = header(directory, storeId, fitting.segment() + 1);
            fitting =
                    new Mark(
                            mark.sequence(),
                            header.number(),
                            SegmentHeader.BYTES,
                            header.firstPosition() - 1,
                            mark.opening(),
                            mark.clean());
        }
        return fitting;
    }

    private static SegmentHeader header(Directory directory, UUID storeId, long number)
            throws IOException {
        String name = StoreFiles.segment(number);
        if (!directory.exists(name)) {
            throw new Corruption(name, 0, "the file is missing");
        }
        try (Segment segment = Segment.open(directory, storeId, number, Directory.Access.READ)) {
            return segment.header();
        }
    }
}
