package org.leftfold.engine.side;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.spi.SnapshotStore;

/**
 * Records as bytes. They follow the header without gaps; each takes a multiple of 8 bytes.
 *
 * <pre>
 *  0  4  head checksum: CRC-32C of store id, kind (u32), generation (u64) and offset of the
 *        record (u64), which are not stored here, then of 4..23
 *  4  4  length of the content, 1 to MAX_CONTENT_BYTES
 *  8  8  mark: the file was durable up to here when the record was made
 * 16  1  type, see {@link RecordType}; 0 is no record
 * 17  3  zero
 * 20  4  CRC-32C of the content and its padding
 * 24  n  content, then zeros up to a multiple of 8
 * </pre>
 *
 * <p>Generation and offset in the checksum: a record that strayed is none. The mark: a record
 * proves that all before its mark was durable once, so that what is missing there is damage and no
 * remnant of a write that was under way. Marks never decrease along a file.
 *
 * <p>Safe for any thread.
 */
final class RecordFormat {
    static final int HEAD_BYTES = 24;
    static final int ALIGNMENT = 8;

    /** The largest content is a snapshot with its names. */
    static final int MAX_CONTENT_BYTES = SnapshotStore.MAX_STATE_BYTES + 1024;

    /** A seal, which fits over whatever is the smallest record. */
    static final int SEAL_BYTES = HEAD_BYTES + ALIGNMENT;

    private final byte[] origin;

    /** The head of a record. */
    record Head(int contentBytes, long mark, byte type, int contentChecksum) {
        int recordBytes() {
            return RecordFormat.recordBytes(contentBytes);
        }
    }

    RecordFormat(SideHeader header) {
        origin =
                ByteBuffer.allocate(28)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.storeId().getMostSignificantBits())
                        .putLong(header.storeId().getLeastSignificantBits())
                        .putInt(header.kind().code())
                        .putLong(header.generation())
                        .array();
    }

    /** Length of a record with this much content. */
    static int recordBytes(int contentBytes) {
        return HEAD_BYTES + paddedBytes(contentBytes);
    }

    static int paddedBytes(int contentBytes) {
        return (contentBytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** A record that is to be written at {@code offset}. */
    byte[] encode(long offset, long mark, byte type, byte[] content) {
        assert offset % ALIGNMENT == 0 && mark <= offset && type != 0;
        if (content.length == 0 || content.length > MAX_CONTENT_BYTES) {
            throw new IllegalArgumentException("a record of " + content.length + " bytes");
        }
        byte[] record = new byte[recordBytes(content.length)];
        System.arraycopy(content, 0, record, HEAD_BYTES, content.length);
        ByteBuffer bytes = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(4, content.length).putLong(8, mark).put(16, type);
        bytes.putInt(20, contentChecksum(record, HEAD_BYTES, record.length - HEAD_BYTES));
        bytes.putInt(0, headChecksum(record, 0, offset));
        return record;
    }

    /** The record that says that the file was durable up to {@code offset}, where it lies. */
    byte[] seal(long offset) {
        byte[] content =
                ByteBuffer.allocate(ALIGNMENT)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(offset)
                        .array();
        return encode(offset, offset, RecordType.SEAL, content);
    }

    /** The head at {@code index}, which would lie at {@code offset}; null if it is none. */
    @Nullable Head head(byte[] source, int index, long offset) {
        ByteBuffer bytes = ByteBuffer.wrap(source).order(ByteOrder.LITTLE_ENDIAN);
        int word = bytes.getInt(index + 16);
        int contentBytes = bytes.getInt(index + 4);
        if (word <= 0 || word > Byte.MAX_VALUE || contentBytes <= 0) {
            return null; // no type, or not zero behind it: cheaper than a checksum
        }
        long mark = bytes.getLong(index + 8);
        if (contentBytes > MAX_CONTENT_BYTES
                || mark < SideHeader.BYTES
                || mark > offset
                || bytes.getInt(index) != headChecksum(source, index, offset)) {
            return null;
        }
        return new Head(contentBytes, mark, (byte) word, bytes.getInt(index + 20));
    }

    static int contentChecksum(byte[] source, int index, int byteCount) {
        CRC32C crc = new CRC32C();
        crc.update(source, index, byteCount);
        return (int) crc.getValue();
    }

    private int headChecksum(byte[] source, int index, long offset) {
        CRC32C crc = new CRC32C();
        crc.update(origin);
        crc.update(
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(offset)
                        .array());
        crc.update(source, index + 4, HEAD_BYTES - 4);
        return (int) crc.getValue();
    }
}
