package org.leftfold.engine.log;

import java.util.UUID;
import org.leftfold.api.IncompatibleStoreException;

/**
 * The first {@value #BYTES} bytes of a segment file, written before the segment has its name.
 *
 * <pre>
 *  0  8  "LEFTFOLD"                     40  8  first position: that of the first event stored here
 *  8  4  format version                 48  8  capacity: length of the file in bytes
 * 12  4  CRC-32C of 0..11 and 16..127   56  8  base time, microseconds
 * 16 16  store id                       64  8  opening that made the segment
 * 32  8  segment number                 72  4  header checksum of the seal of the segment before
 * 76  4  how often it was rewritten     80  4  header checksum of its seal as it was first
 * 84  8  offset of its directory         92 36  zero
 * </pre>
 *
 * @param storeId identity of the store
 * @param number number of the segment, from 1
 * @param firstPosition position of its first event
 * @param capacityBytes length of the file
 * @param baseMicros times of recording in the segment are stored relative to this
 * @param opening the opening of the store that made it
 * @param previousSeal header checksum of the seal frame of the segment before as it was first
 *     written, 0 in the first
 * @param rewriting whether it was rewritten without its unreadable events
 */
public record SegmentHeader(
        UUID storeId,
        long number,
        long firstPosition,
        long capacityBytes,
        long baseMicros,
        long opening,
        int previousSeal,
        Rewriting rewriting) {
    /** Length of the header; the first frame begins here. */
    public static final int BYTES = 128;

    /** The version of the format of segments, frames, manifest and mark that is written. */
    public static final int FORMAT_VERSION = 1;

    private static final long MAGIC = 0x444c4f465446454cL; // "LEFTFOLD", read as little endian

    /** Segments that were never rewritten. */
    private static final Rewriting AS_WRITTEN = new Rewriting(0, 0, 0);

    /** The number of a segment and how often it was rewritten share a word under checksums. */
    private static final int REWRITTEN_BITS = 32;

    /**
     * What a scavenge did to a segment.
     *
     * @param count how often it was rewritten, 0 for never
     * @param firstSeal header checksum of its seal as it was first written, which the next segment
     *     repeats; 0 if it was never rewritten
     * @param directoryOffset where its directory begins, right behind its seal; 0 if it was never
     *     rewritten
     */
    public record Rewriting(int count, int firstSeal, long directoryOffset) {}

    /** The header of a segment as it is first written. */
    public SegmentHeader(
            UUID storeId,
            long number,
            long firstPosition,
            long capacityBytes,
            long baseMicros,
            long opening,
            int previousSeal) {
        this(
                storeId,
                number,
                firstPosition,
                capacityBytes,
                baseMicros,
                opening,
                previousSeal,
                AS_WRITTEN);
    }

    /** Whether the segment was rewritten: then it is sealed, and has a directory. */
    public boolean isRewritten() {
        return rewriting.count() > 0;
    }

    /** Where frames end at the latest. */
    public long framesEnd() {
        return isRewritten() ? rewriting.directoryOffset() : capacityBytes;
    }

    /**
     * What the next segment calls the seal of this one.
     *
     * @param sealCrc the head checksum that the seal has now
     */
    public int nameOfSeal(int sealCrc) {
        return isRewritten() ? rewriting.firstSeal() : sealCrc;
    }

    /**
     * The segment in the state that its bytes are in, under the checksums of all its frames: what
     * was written before it was rewritten is no frame in it.
     */
    long identity() {
        return number | (long) rewriting.count() << REWRITTEN_BITS;
    }

    /** The same segment, rewritten once more. */
    SegmentHeader rewritten(int firstSeal, long directoryOffset, long fileBytes) {
        return new SegmentHeader(
                storeId,
                number,
                firstPosition,
                fileBytes,
                baseMicros,
                opening,
                previousSeal,
                new Rewriting(rewriting.count() + 1, firstSeal, directoryOffset));
    }

    /** The header as bytes. */
    public byte[] encode() {
        byte[] bytes = new byte[BYTES];
        Bytes.putLong(bytes, 0, MAGIC);
        Bytes.putInt(bytes, 8, FORMAT_VERSION);
        Bytes.putLong(bytes, 16, storeId.getMostSignificantBits());
        Bytes.putLong(bytes, 24, storeId.getLeastSignificantBits());
        Bytes.putLong(bytes, 32, number);
        Bytes.putLong(bytes, 40, firstPosition);
        Bytes.putLong(bytes, 48, capacityBytes);
        Bytes.putLong(bytes, 56, baseMicros);
        Bytes.putLong(bytes, 64, opening);
        Bytes.putInt(bytes, 72, previousSeal);
        Bytes.putInt(bytes, 76, rewriting.count());
        Bytes.putInt(bytes, 80, rewriting.firstSeal());
        Bytes.putLong(bytes, 84, rewriting.directoryOffset());
        Bytes.putInt(bytes, 12, checksum(bytes));
        return bytes;
    }

    private static int checksum(byte[] bytes) {
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(bytes, 0, 12);
        crc.update(bytes, 16, BYTES - 16);
        return (int) crc.getValue();
    }

    /**
     * Reads and checks a header.
     *
     * @param bytes at least {@value #BYTES} bytes
     * @throws Corruption if they are no header of the segment {@code number} of the store {@code
     *     storeId}
     * @throws IncompatibleStoreException if a newer version wrote it
     */
    public static SegmentHeader decode(String file, byte[] bytes, UUID storeId, long number) {
        if (Bytes.getLong(bytes, 0) != MAGIC) {
            throw new Corruption(file, 0, "the file does not begin with LEFTFOLD");
        }
        if (Bytes.getInt(bytes, 12) != checksum(bytes)) {
            throw new Corruption(file, 0, "the checksum of the segment header does not match");
        }
        int version = Bytes.getInt(bytes, 8);
        if (version > FORMAT_VERSION) {
            throw IncompatibleStoreException.newerFormat(file, version, FORMAT_VERSION);
        }
        SegmentHeader header =
                new SegmentHeader(
                        new UUID(Bytes.getLong(bytes, 16), Bytes.getLong(bytes, 24)),
                        Bytes.getLong(bytes, 32),
                        Bytes.getLong(bytes, 40),
                        Bytes.getLong(bytes, 48),
                        Bytes.getLong(bytes, 56),
                        Bytes.getLong(bytes, 64),
                        Bytes.getInt(bytes, 72),
                        new Rewriting(
                                Bytes.getInt(bytes, 76),
                                Bytes.getInt(bytes, 80),
                                Bytes.getLong(bytes, 84)));
        if (!header.storeId.equals(storeId)) {
            throw new Corruption(
                    file,
                    16,
                    "the segment belongs to store " + header.storeId + ", not " + storeId);
        }
        if (header.number != number) {
            throw new Corruption(
                    file, 32, "the file holds segment " + header.number + ", not " + number);
        }
        return header;
    }
}
