package org.leftfold.engine.side;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.leftfold.api.IncompatibleStoreException;
import org.leftfold.engine.log.Corruption;
import org.leftfold.io.DataFile;

/**
 * The first {@value #BYTES} bytes of a file of records. Durable before the file gets its name, and
 * never changed.
 *
 * <pre>
 *  0  8  "LEFTSIDE"                   32  4  kind: 1 snapshots, 2 checkpoints, 3 leases, 4 keys
 *  8  4  format version               36  4  zero
 * 12  4  CRC-32C of 0..11 and 16..63  40  8  generation: random, plus 1 each time it is made anew
 * 16 16  store id                     48 16  salt of the hashes of subject ids, random
 * </pre>
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SideHeader(UUID storeId, FileKind kind, long generation, byte[] salt) {
    static final int BYTES = 64;
    static final int SALT_BYTES = 16;
    static final int FORMAT_VERSION = 1;

    private static final long MAGIC = 0x454449535446454cL; // "LEFTSIDE", read as little endian

    /** The header of the file that replaces this one. */
    SideHeader next() {
        return new SideHeader(storeId, kind, generation + 1, salt);
    }

    byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(MAGIC).putInt(FORMAT_VERSION).putInt(0);
        bytes.putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits());
        bytes.putInt(kind.code()).putInt(0).putLong(generation).put(salt);
        bytes.putInt(12, checksum(bytes.array()));
        return bytes.array();
    }

    /**
     * Reads the header of a file.
     *
     * @throws Corruption if it is not one of this kind and store
     * @throws IncompatibleStoreException if a newer version wrote it
     */
    static SideHeader read(DataFile file, UUID storeId, FileKind kind) throws IOException {
        byte[] array = new byte[BYTES];
        if (file.read(0, ByteBuffer.wrap(array)) < BYTES) {
            throw new Corruption(file.name(), 0, "the file is shorter than its header");
        }
        ByteBuffer bytes = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getLong(0) != MAGIC || bytes.getInt(12) != checksum(array)) {
            throw new Corruption(file.name(), 0, "the header has no matching checksum");
        }
        int version = bytes.getInt(8);
        if (version > FORMAT_VERSION) {
            throw IncompatibleStoreException.newerFormat(file.name(), version, FORMAT_VERSION);
        }
        UUID found = new UUID(bytes.getLong(16), bytes.getLong(24));
        if (!found.equals(storeId)) {
            throw new Corruption(
                    file.name(), 16, "it belongs to store " + found + ", not to " + storeId);
        }
        if (bytes.getInt(32) != kind.code()) {
            throw new Corruption(
                    file.name(), 32, "it is of kind " + bytes.getInt(32) + ", not " + kind.code());
        }
        return new SideHeader(
                found, kind, bytes.getLong(40), Arrays.copyOfRange(array, 48, 48 + SALT_BYTES));
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, 12);
        crc.update(bytes, 16, BYTES - 16);
        return (int) crc.getValue();
    }
}
