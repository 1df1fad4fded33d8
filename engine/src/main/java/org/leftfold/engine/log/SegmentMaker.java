package org.leftfold.engine.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;

/** Turns a file full of zeros into a segment. */
public final class SegmentMaker {
    private SegmentMaker() {}

    /**
     * Gives the spare file its header and its name. The header is durable before the name is, so
     * that a file with a segment's name always is a segment. Closes the file, also on failure;
     * another spare file may then take the same name.
     */
    static void install(Directory directory, DataFile spare, SegmentHeader header)
            throws IOException {
        try (spare) {
            spare.write(0, ByteBuffer.wrap(header.encode()));
            force(spare);
            directory.rename(StoreFiles.SPARE, StoreFiles.segment(header.number()));
            try {
                directory.force();
            } catch (IOException e) {
                throw new ForceFailure(e);
            }
        }
    }

    private static void force(DataFile file) throws IOException {
        try {
            file.force();
        } catch (IOException e) {
            throw new ForceFailure(e);
        }
    }

    /** Makes a segment at once, on the calling thread. */
    public static void make(Directory directory, SegmentHeader header) throws IOException {
        directory.delete(StoreFiles.SPARE);
        DataFile file = directory.create(StoreFiles.SPARE);
        try {
            file.writeZeros(0, header.capacityBytes());
            file.force();
            install(directory, file, header);
        } finally {
            file.close();
        }
    }
}
