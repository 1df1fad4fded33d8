package org.leftfold.engine.log;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;

/**
 * One segment file, open for reading. Any thread may read; what lies below the durable end of the
 * log never changes. When the segment is rewritten, this stays what it was, and another object
 * takes its place in the {@link Log}.
 */
public final class Segment implements AutoCloseable {
    private final SegmentHeader header;
    private final DataFile file;
    private volatile @Nullable SegmentDirectory directory; // made by whoever needs it first

    private Segment(SegmentHeader header, DataFile file) {
        this.header = header;
        this.file = file;
    }

    /**
     * Opens the segment {@code number} and checks its header and its length.
     *
     * @throws Corruption if it is not that segment, or not whole
     */
    public static Segment open(
            Directory directory, UUID storeId, long number, Directory.Access access)
            throws IOException {
        return open(directory.open(StoreFiles.segment(number), access), storeId, number);
    }

    /** Opens the segment {@code number} in a file that has another name, for reading. */
    public static Segment openCopy(Directory directory, String name, UUID storeId, long number)
            throws IOException {
        return open(directory.open(name, Directory.Access.READ), storeId, number);
    }

    private static Segment open(DataFile file, UUID storeId, long number) throws IOException {
        try {
            return new Segment(check(file, storeId, number), file);
        } catch (IOException | RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    private static SegmentHeader check(DataFile file, UUID storeId, long number)
            throws IOException {
        byte[] bytes = new byte[SegmentHeader.BYTES];
        int found = file.read(0, ByteBuffer.wrap(bytes));
        if (found < bytes.length) {
            throw new Corruption(
                    file.name(),
                    found,
                    "the file ends inside the segment header, %d bytes are missing"
                            .formatted(bytes.length - found));
        }
        SegmentHeader header = SegmentHeader.decode(file.name(), bytes, storeId, number);
        if (file.size() != header.capacityBytes()) {
            throw new Corruption(
                    file.name(),
                    Math.min(file.size(), header.capacityBytes()),
                    "the file has %d bytes, %d were made"
                            .formatted(file.size(), header.capacityBytes()));
        }
        return header;
    }

    /**
     * It is read for the store: nothing below the durable end changes, so reads may get quicker.
     */
    void expectStableReads() {
        try {
            file.expectStableReads();
        } catch (IOException e) {
            // It is about speed alone; whatever is wrong with the file, the next read meets it.
        }
    }

    /** What the first bytes of the file say. */
    public SegmentHeader header() {
        return header;
    }

    /** The number of the segment, from 1. */
    public long number() {
        return header.number();
    }

    /**
     * Where the frame of a position begins, in a segment that was rewritten.
     *
     * @throws Corruption if it is not there
     */
    public long find(long position) {
        SegmentDirectory found = directory;
        if (found == null) {
            found = SegmentDirectory.of(this);
            directory = found;
        }
        return found.find(this, position);
    }

    /** The name of the file. */
    public String fileName() {
        return file.name();
    }

    DataFile file() {
        return file;
    }

    /**
     * Reads {@code byteCount} bytes at {@code offset} into {@code target} at {@code index}, or up
     * to the file's end.
     */
    public int read(long offset, byte[] target, int index, int byteCount) {
        try {
            return file.read(offset, ByteBuffer.wrap(target, index, byteCount));
        } catch (ClosedChannelException e) {
            throw StoreUnavailableException.closing("the read");
        } catch (IOException e) {
            throw StoreUnavailableException.unreadable("file " + file.name(), e);
        } finally {
            Reference.reachabilityFence(this); // or the file may be closed beneath the call
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
