package org.leftfold.engine.index.part;

import java.util.zip.CRC32C;
import org.leftfold.engine.log.Bytes;

/**
 * Numbers of the format of parts.
 *
 * <pre>
 * page:   0 1  what it holds     1 4091  content     4092 4  CRC-32C of 0..4091 and of
 *                                                            store id, after, to, log end,
 *                                                            hash seed, page number (8 each)
 * </pre>
 */
final class PartFormat {
    static final int VERSION = 1;

    static final int PAGE_BYTES = 4096;

    /** Where the checksum of a page lies. */
    static final int CHECKSUM_AT = PAGE_BYTES - 4;

    /** Where the content of a page begins. */
    static final int CONTENT_AT = 1;

    /** A page that holds small blocks. */
    static final byte HEAP = 1;

    /** A page with the blocks in which locations lie. */
    static final byte DIRECTORY = 2;

    /** A page with hashes and positions. */
    static final byte IDS = 3;

    /** A page with keys and what is filed under them. */
    static final byte LEAF = 4;

    /** A page with keys and the pages that begin with them. */
    static final byte INNER = 5;

    /** A page of the Bloom filter. */
    static final byte FILTER = 6;

    /** The last page. */
    static final byte FOOTER = 7;

    /** Locations in a block, and positions in one. */
    static final int BLOCK_ITEMS = 128;

    /** A number of 6 bytes: a place in the heap, or a position. */
    static final int SHORT_LONG_BYTES = 6;

    /** Entries of a directory page. */
    static final int DIRECTORY_ENTRIES = (CHECKSUM_AT - CONTENT_AT) / SHORT_LONG_BYTES;

    /** Children of a node above the blocks of a long list, as a power of two. */
    static final int LIST_FANOUT_BITS = 6;

    static final int LIST_FANOUT = 1 << LIST_FANOUT_BITS;

    /** A node entry: the first position of the child, and where it is. */
    static final int LIST_ENTRY_BYTES = 2 * SHORT_LONG_BYTES;

    /** Bytes of a hash of an id. */
    static final int HASH_BYTES = 5;

    static final long MAX_HASH = (1L << (8 * HASH_BYTES)) - 1;

    /** Entries of a leaf or inner page from one whole key to the next. */
    static final int RESTART_ENTRIES = 16;

    /** The bits of one key in the filter lie in one block of this size. */
    static final int FILTER_BLOCK_BYTES = 64;

    static final int FILTER_BLOCKS_IN_PAGE = (CHECKSUM_AT - CONTENT_AT) / FILTER_BLOCK_BYTES;

    private PartFormat() {}

    /** The checksum of a page of a part. */
    static int checksum(byte[] page, PartHeader header, long number) {
        byte[] identity = new byte[56];
        Bytes.putLong(identity, 0, header.storeId().getMostSignificantBits());
        Bytes.putLong(identity, 8, header.storeId().getLeastSignificantBits());
        Bytes.putLong(identity, 16, header.after());
        Bytes.putLong(identity, 24, header.to());
        Bytes.putLong(identity, 32, header.logEnd());
        Bytes.putLong(identity, 40, header.hashSeed());
        Bytes.putLong(identity, 48, number);
        CRC32C crc = new CRC32C();
        crc.update(page, 0, CHECKSUM_AT);
        crc.update(identity, 0, identity.length);
        return (int) crc.getValue();
    }

    /** The place of a block in the heap. */
    static long heapPlace(long page, int offset) {
        return page * PAGE_BYTES + offset;
    }

    /** Puts the low 6 bytes of a number. */
    static void putShortLong(byte[] target, int index, long value) {
        Bytes.putInt(target, index, (int) value);
        target[index + 4] = (byte) (value >>> 32);
        target[index + 5] = (byte) (value >>> 40);
    }

    /** A number of 6 bytes, not negative. */
    static long getShortLong(byte[] source, int index) {
        return (Bytes.getInt(source, index) & 0xffff_ffffL)
                | ((source[index + 4] & 0xffL) << 32)
                | ((source[index + 5] & 0xffL) << 40);
    }

    static int getShort(byte[] source, int index) {
        return (source[index] & 0xff) | ((source[index + 1] & 0xff) << 8);
    }

    static void putShort(byte[] target, int index, int value) {
        target[index] = (byte) value;
        target[index + 1] = (byte) (value >>> 8);
    }
}
