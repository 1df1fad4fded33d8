package org.leftfold.engine.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.leftfold.api.IncompatibleStoreException;
import org.leftfold.io.DataFile;
import org.leftfold.io.Directory;

/**
 * The identity of a store, in the file {@code manifest}. Two slots are written in turn and in
 * place, so that replacing it needs no space on a full disk and a torn write leaves the other slot.
 *
 * <pre>
 * slot, at 0 and at 512:
 *  0  8  "LEFTMANI"                    32 16  epoch
 *  8  4  format version                48  8  opening: how often the store was opened for writing
 * 12  4  CRC-32C of 0..11 and 16..79   56  8  last segment that is known to exist; there may be newer ones
 * 16 16  store id                      64  8  when the store was made, microseconds
 *                                      72  8  sequence: the higher one is newer
 * </pre>
 *
 * @param storeId identity of the files
 * @param epoch identity of the history; changes when it may have been replaced
 * @param opening how often the store was opened for writing
 * @param lastSegment segments up to this number exist
 * @param createdMicros when the store was made
 * @param sequence counts the versions of the manifest
 */
public record Manifest(
        UUID storeId,
        UUID epoch,
        long opening,
        long lastSegment,
        long createdMicros,
        long sequence) {
    /** Length of a slot. */
    private static final int SLOT_BYTES = 80;

    /** Slots lie in different sectors, so that one write cannot tear both. */
    private static final int SLOT_DISTANCE = 512;

    private static final int FILE_BYTES = 2 * SLOT_DISTANCE;
    private static final long MAGIC = 0x494e414d5446454cL; // "LEFTMANI", read as little endian

    /** The manifest of the next opening. */
    public Manifest nextOpening(long segments) {
        return new Manifest(storeId, epoch, opening + 1, segments, createdMicros, sequence + 1);
    }

    /** The same with another last segment. */
    Manifest withLastSegment(long number) {
        return new Manifest(storeId, epoch, opening, number, createdMicros, sequence + 1);
    }

    private byte[] encode() {
        byte[] bytes = new byte[SLOT_BYTES];
        Bytes.putLong(bytes, 0, MAGIC);
        Bytes.putInt(bytes, 8, SegmentHeader.FORMAT_VERSION);
        Bytes.putLong(bytes, 16, storeId.getMostSignificantBits());
        Bytes.putLong(bytes, 24, storeId.getLeastSignificantBits());
        Bytes.putLong(bytes, 32, epoch.getMostSignificantBits());
        Bytes.putLong(bytes, 40, epoch.getLeastSignificantBits());
        Bytes.putLong(bytes, 48, opening);
        Bytes.putLong(bytes, 56, lastSegment);
        Bytes.putLong(bytes, 64, createdMicros);
        Bytes.putLong(bytes, 72, sequence);
        Bytes.putInt(bytes, 12, checksum(bytes));
        return bytes;
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, 12);
        crc.update(bytes, 16, SLOT_BYTES - 16);
        return (int) crc.getValue();
    }

    /**
     * Makes the first manifest of a store: from then on the directory is one. Durable on return.
     */
    public void create(Directory directory) throws IOException {
        String temporary = StoreFiles.MANIFEST + StoreFiles.TEMPORARY;
        write(directory, temporary);
        directory.rename(temporary, StoreFiles.MANIFEST);
        directory.force();
    }

    /** Writes this manifest to a file of another name; its bytes are durable on return. */
    public void write(Directory directory, String name) throws IOException {
        directory.delete(name);
        try (DataFile file = directory.create(name)) {
            file.write(0, ByteBuffer.allocate(FILE_BYTES));
            file.write((sequence & 1) * SLOT_DISTANCE, ByteBuffer.wrap(encode()));
            file.force();
        }
    }

    /**
     * Replaces the older slot. Durable on return; after a failure this manifest or the one before
     * is there.
     */
    public void save(Directory directory) throws IOException {
        try (DataFile file = directory.open(StoreFiles.MANIFEST, Directory.Access.WRITE)) {
            file.write((sequence & 1) * SLOT_DISTANCE, ByteBuffer.wrap(encode()));
            file.force();
        }
    }

    /**
     * Reads the manifest of a directory.
     *
     * @return empty if there is none
     * @throws Corruption if no slot is what was written
     */
    public static Optional<Manifest> load(Directory directory) throws IOException {
        return load(directory, StoreFiles.MANIFEST);
    }

    /** The same from a file of another name. */
    public static Optional<Manifest> load(Directory directory, String name) throws IOException {
        if (!directory.exists(name)) {
            return Optional.empty();
        }
        byte[] bytes = read(directory, name);
        Optional<Manifest> first = decode(bytes, 0);
        Optional<Manifest> second = decode(bytes, SLOT_DISTANCE);
        if (first.isEmpty() && second.isEmpty()) {
            throw new Corruption(name, 0, "neither of its two slots has a matching checksum");
        }
        if (first.isPresent() && second.isPresent()) {
            return first.get().sequence > second.get().sequence ? first : second;
        }
        return first.or(() -> second);
    }

    /**
     * The offset of a slot that holds neither zeros nor a valid manifest; empty if there is none.
     */
    public static OptionalLong findDamagedSlot(Directory directory) throws IOException {
        byte[] bytes = read(directory, StoreFiles.MANIFEST);
        for (int offset = 0; offset < FILE_BYTES; offset += SLOT_DISTANCE) {
            if (decode(bytes, offset).isEmpty()
                    && !Bytes.allZero(bytes, offset, offset + SLOT_BYTES)) {
                return OptionalLong.of(offset);
            }
        }
        return OptionalLong.empty();
    }

    private static byte[] read(Directory directory, String name) throws IOException {
        byte[] bytes = new byte[FILE_BYTES];
        try (DataFile file = directory.open(name, Directory.Access.READ)) {
            int found = file.read(0, ByteBuffer.wrap(bytes));
            if (found < FILE_BYTES || file.size() != FILE_BYTES) {
                throw new Corruption(
                        name, found, "the file has not %d bytes".formatted(FILE_BYTES));
            }
        }
        return bytes;
    }

    private static Optional<Manifest> decode(byte[] file, int offset) {
        byte[] slot = Arrays.copyOfRange(file, offset, offset + SLOT_BYTES);
        if (Bytes.getLong(slot, 0) != MAGIC || Bytes.getInt(slot, 12) != checksum(slot)) {
            return Optional.empty();
        }
        int version = Bytes.getInt(slot, 8);
        if (version > SegmentHeader.FORMAT_VERSION) {
            throw IncompatibleStoreException.newerFormat(
                    StoreFiles.MANIFEST, version, SegmentHeader.FORMAT_VERSION);
        }
        return Optional.of(
                new Manifest(
                        new UUID(Bytes.getLong(slot, 16), Bytes.getLong(slot, 24)),
                        new UUID(Bytes.getLong(slot, 32), Bytes.getLong(slot, 40)),
                        Bytes.getLong(slot, 48),
                        Bytes.getLong(slot, 56),
                        Bytes.getLong(slot, 64),
                        Bytes.getLong(slot, 72)));
    }
}
