package org.leftfold.engine.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;

/**
 * How far the log is durable, in the file {@code mark}: written after each force for processes that
 * read beside the writer, and as a witness against a log that ends too early. It may be behind the
 * log, never ahead of it. Derived: where it is missing or damaged it is made anew. Two slots are
 * written in turn, so that a reader always finds one.
 *
 * <pre>
 * slot, at 0 and at 512:
 *  0  4  CRC-32C of the store id and 4..51     24  8  durable offset in it
 *  4  4  format version                        32  8  position of the last durable event
 *  8  8  sequence: the higher one is newer     40  8  opening
 * 16  8  segment number                        48  4  1 after a clean close, else 0
 * </pre>
 *
 * <p>One writer thread.
 */
public final class MarkFile implements AutoCloseable {
    private static final int SLOT_BYTES = 52;
    private static final int SLOT_DISTANCE = 512;

    private final DataFile file;
    private final UUID storeId;
    private final byte[] slot = new byte[SLOT_BYTES];
    private long sequence;

    /**
     * A place up to which the log is durable.
     *
     * @param sequence counts the marks of a store
     * @param segment number of the segment
     * @param offset behind the last durable frame in it
     * @param head position of the last durable event
     * @param opening the opening that wrote the mark
     * @param clean whether the store was closed with this mark
     */
    public record Mark(
            long sequence, long segment, long offset, long head, long opening, boolean clean) {}

    private MarkFile(DataFile file, UUID storeId, long sequence) {
        this.file = file;
        this.storeId = storeId;
        this.sequence = sequence;
    }

    /**
     * Whether the file {@code mark} of a directory is one as it is made: zeros, and not longer than
     * two slots.
     */
    public static boolean isUnused(Directory directory) throws IOException {
        byte[] bytes = new byte[SLOT_DISTANCE + SLOT_BYTES + 1];
        try (DataFile file = directory.open(StoreFiles.MARK, Directory.Access.READ)) {
            int found = file.read(0, ByteBuffer.wrap(bytes));
            return found < bytes.length && Bytes.allZero(bytes, 0, found);
        }
    }

    /** Opens the mark file for writing, making it if it is missing. */
    public static MarkFile openForWriting(Directory directory, UUID storeId) throws IOException {
        long sequence = load(directory, storeId).map(Mark::sequence).orElse(0L);
        if (directory.exists(StoreFiles.MARK)) {
            return new MarkFile(
                    directory.open(StoreFiles.MARK, Directory.Access.WRITE), storeId, sequence);
        }
        DataFile file = directory.create(StoreFiles.MARK);
        try {
            file.write(0, ByteBuffer.allocate(SLOT_DISTANCE + SLOT_BYTES));
            file.force();
            directory.force();
            return new MarkFile(file, storeId, sequence);
        } catch (IOException | RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    /** Writes a mark file of another name that says only this; its bytes are durable on return. */
    public static void write(Directory directory, String name, UUID storeId, Mark mark)
            throws IOException {
        directory.delete(name);
        try (MarkFile file = new MarkFile(directory.create(name), storeId, mark.sequence() - 1)) {
            file.file.write(0, ByteBuffer.allocate(SLOT_DISTANCE + SLOT_BYTES));
            file.write(mark.segment(), mark.offset(), mark.head(), mark.opening(), mark.clean());
            file.force();
        }
    }

    /** Opens the mark file for reading; empty if it is missing. */
    public static Optional<MarkFile> openForReading(Directory directory, UUID storeId)
            throws IOException {
        return directory.exists(StoreFiles.MARK)
                ? Optional.of(
                        new MarkFile(
                                directory.open(StoreFiles.MARK, Directory.Access.READ), storeId, 0))
                : Optional.empty();
    }

    /** The newest mark of a directory; empty if there is no valid one. */
    public static Optional<Mark> load(Directory directory, UUID storeId) throws IOException {
        Optional<MarkFile> opened = openForReading(directory, storeId);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (MarkFile marks = opened.get()) {
            return marks.newest();
        }
    }

    /** The newest mark in the file. */
    public Optional<Mark> newest() throws IOException {
        Optional<Mark> first = read(0);
        Optional<Mark> second = read(SLOT_DISTANCE);
        if (first.isEmpty() || second.isEmpty()) {
            return first.or(() -> second);
        }
        return first.get().sequence() > second.get().sequence() ? first : second;
    }

    private Optional<Mark> read(long offset) throws IOException {
        byte[] bytes = new byte[SLOT_BYTES];
        if (file.read(offset, ByteBuffer.wrap(bytes)) < SLOT_BYTES
                || Bytes.getInt(bytes, 0) != checksum(bytes)
                || Bytes.getInt(bytes, 4) != SegmentHeader.FORMAT_VERSION) {
            return Optional.empty();
        }
        return Optional.of(
                new Mark(
                        Bytes.getLong(bytes, 8),
                        Bytes.getLong(bytes, 16),
                        Bytes.getLong(bytes, 24),
                        Bytes.getLong(bytes, 32),
                        Bytes.getLong(bytes, 40),
                        Bytes.getInt(bytes, 48) == 1));
    }

    private int checksum(byte[] bytes) {
        byte[] input = Arrays.copyOf(bytes, SLOT_BYTES + 16);
        Bytes.putLong(input, SLOT_BYTES, storeId.getMostSignificantBits());
        Bytes.putLong(input, SLOT_BYTES + 8, storeId.getLeastSignificantBits());
        return Bytes.crc(input, 4, input.length - 4);
    }

    /** Whether each of the slots holds zeros or a valid mark. */
    public boolean isWhole() throws IOException {
        return (read(0).isPresent() || isZero(0))
                && (read(SLOT_DISTANCE).isPresent() || isZero(SLOT_DISTANCE));
    }

    private boolean isZero(long offset) throws IOException {
        byte[] bytes = new byte[SLOT_BYTES];
        int found = file.read(offset, ByteBuffer.wrap(bytes));
        return found == SLOT_BYTES && Bytes.allZero(bytes, 0, SLOT_BYTES);
    }

    /** Writes the next mark; not forced. */
    void write(long segment, long offset, long head, long opening, boolean clean)
            throws IOException {
        sequence++;
        Bytes.putInt(slot, 4, SegmentHeader.FORMAT_VERSION);
        Bytes.putLong(slot, 8, sequence);
        Bytes.putLong(slot, 16, segment);
        Bytes.putLong(slot, 24, offset);
        Bytes.putLong(slot, 32, head);
        Bytes.putLong(slot, 40, opening);
        Bytes.putInt(slot, 48, clean ? 1 : 0);
        Bytes.putInt(slot, 0, checksum(slot));
        file.write((sequence & 1) * SLOT_DISTANCE, ByteBuffer.wrap(slot));
    }

    /**
     * Writes the first mark of an opening, durably: from here on no older mark may say that the
     * store was closed.
     */
    public void writeDurably(long segment, long offset, long head, long opening)
            throws IOException {
        write(segment, offset, head, opening, false);
        force();
    }

    /** Makes the last mark durable. */
    void force() throws IOException {
        file.force();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
