package org.leftfold.engine.index.part;

import java.util.Arrays;
import java.util.UUID;
import org.leftfold.api.IncompatibleStoreException;
import org.leftfold.engine.log.Bytes;
import org.leftfold.engine.log.Corruption;

/**
 * The last page of a part.
 *
 * <pre>
 *  0  1  page type            40  8  after       80  8  first page of ids        120 8  first filter page
 *  8  8  "LEFTPART"           48  8  to          88  8  number of ids            128 8  filter blocks
 * 16  4  format version       56  8  log end     96  8  root page of the keys    136 8  pages of the file
 * 20  4  hash bits            64  8  hash seed  104  8  inner levels above leaves 144 8  opaque bytes
 * 24 16  store id             72  8  first      112  8  number of keys          152    opaque
 *                                    directory page
 * </pre>
 *
 * <p>All other bytes are zero. Without keys the root page is 0, and there are no filter blocks.
 *
 * @param header what the part covers
 * @param hashBits how many bits of the hash of a key count in the filter
 * @param directoryPage first page of the directory of places
 * @param ids the pages with ids
 * @param keys the tree of keys
 * @param filter the pages of the filter
 * @param pageCount pages of the file, this one included
 */
record Footer(
        PartHeader header,
        int hashBits,
        long directoryPage,
        Ids ids,
        Keys keys,
        Filter filter,
        long pageCount) {
    private static final long MAGIC = 0x545241505446454cL; // "LEFTPART", read as little endian
    private static final int OPAQUE_AT = 152;

    /** A page has three children or more, so that this is beyond any file. */
    private static final int MAX_INNER_LEVELS = 40;

    /**
     * The ids.
     *
     * @param firstPage where they begin
     * @param count how many there are
     */
    record Ids(long firstPage, long count) {}

    /**
     * The tree of keys.
     *
     * @param rootPage the page at the top; a leaf if there are no inner levels
     * @param innerLevels how many levels are above the leaves
     * @param count how many keys there are
     */
    record Keys(long rootPage, int innerLevels, long count) {}

    /**
     * The Bloom filter.
     *
     * @param firstPage where it begins
     * @param blocks how many blocks it has
     */
    record Filter(long firstPage, long blocks) {}

    byte[] encode() {
        byte[] page = new byte[PartFormat.PAGE_BYTES];
        page[0] = PartFormat.FOOTER;
        Bytes.putLong(page, 8, MAGIC);
        Bytes.putInt(page, 16, PartFormat.VERSION);
        Bytes.putInt(page, 20, hashBits);
        Bytes.putLong(page, 24, header.storeId().getMostSignificantBits());
        Bytes.putLong(page, 32, header.storeId().getLeastSignificantBits());
        Bytes.putLong(page, 40, header.after());
        Bytes.putLong(page, 48, header.to());
        Bytes.putLong(page, 56, header.logEnd());
        Bytes.putLong(page, 64, header.hashSeed());
        Bytes.putLong(page, 72, directoryPage);
        Bytes.putLong(page, 80, ids.firstPage);
        Bytes.putLong(page, 88, ids.count);
        Bytes.putLong(page, 96, keys.rootPage);
        Bytes.putLong(page, 104, keys.innerLevels);
        Bytes.putLong(page, 112, keys.count);
        Bytes.putLong(page, 120, filter.firstPage);
        Bytes.putLong(page, 128, filter.blocks);
        Bytes.putLong(page, 136, pageCount);
        byte[] opaque = header.opaque();
        Bytes.putLong(page, 144, opaque.length);
        System.arraycopy(opaque, 0, page, OPAQUE_AT, opaque.length);
        return page;
    }

    /**
     * Reads the footer.
     *
     * @param file the file's name, for errors
     * @param page the last page
     * @param pageCount pages of the file
     * @throws Corruption if it is not what was written, or of another store
     */
    static Footer decode(String file, byte[] page, UUID storeId, long pageCount) {
        long offset = (pageCount - 1) * PartFormat.PAGE_BYTES;
        if (page[0] != PartFormat.FOOTER || Bytes.getLong(page, 8) != MAGIC) {
            throw new Corruption(file, offset, "the last page is not the end of a part");
        }
        PartHeader header;
        try {
            header = decodeHeader(page);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new Corruption(file, offset, "its header makes no sense: " + e.getMessage());
        }
        if (Bytes.getInt(page, PartFormat.CHECKSUM_AT)
                != PartFormat.checksum(page, header, pageCount - 1)) {
            throw new Corruption(file, offset, "the checksum of the last page does not match");
        }
        if (Bytes.getInt(page, 16) != PartFormat.VERSION) {
            throw IncompatibleStoreException.newerFormat(
                    file, Bytes.getInt(page, 16), PartFormat.VERSION);
        }
        if (!header.storeId().equals(storeId)) {
            throw new Corruption(file, offset + 24, "it belongs to the store " + header.storeId());
        }
        if (Bytes.getLong(page, 136) != pageCount) {
            throw new Corruption(
                    file,
                    pageCount * PartFormat.PAGE_BYTES,
                    "it has %d pages, %d were made".formatted(pageCount, Bytes.getLong(page, 136)));
        }
        Footer footer =
                new Footer(
                        header,
                        Bytes.getInt(page, 20),
                        Bytes.getLong(page, 72),
                        new Ids(Bytes.getLong(page, 80), Bytes.getLong(page, 88)),
                        new Keys(
                                Bytes.getLong(page, 96),
                                Math.clamp(Bytes.getLong(page, 104), -1, MAX_INNER_LEVELS + 1),
                                Bytes.getLong(page, 112)),
                        new Filter(Bytes.getLong(page, 120), Bytes.getLong(page, 128)),
                        pageCount);
        if (!footer.isPossible()) {
            throw new Corruption(file, offset, "the numbers of the last page make no sense");
        }
        return footer;
    }

    private static PartHeader decodeHeader(byte[] page) {
        int opaqueBytes = Math.clamp(Bytes.getLong(page, 144), -1, PartHeader.MAX_OPAQUE_BYTES + 1);
        return new PartHeader(
                new UUID(Bytes.getLong(page, 24), Bytes.getLong(page, 32)),
                Bytes.getLong(page, 40),
                Bytes.getLong(page, 48),
                Bytes.getLong(page, 56),
                Arrays.copyOfRange(page, OPAQUE_AT, OPAQUE_AT + opaqueBytes),
                Bytes.getLong(page, 64));
    }

    /** Whether nothing in it could send a reader round in circles. */
    private boolean isPossible() {
        return hashBits >= 1
                && hashBits <= 64
                && ids.count >= 0
                && ids.count <= pageCount * PartFormat.PAGE_BYTES
                && keys.innerLevels >= 0
                && keys.innerLevels <= MAX_INNER_LEVELS
                && keys.count >= 0
                && keys.count <= pageCount * PartFormat.PAGE_BYTES
                && filter.blocks == BloomFilter.blocks(keys.count);
    }
}
