package org.leftfold.engine.index.part;

import java.io.IOException;
import java.util.Arrays;

/**
 * A Bloom filter over the hashes of keys: 10 bits for each, and all bits of one key in one block of
 * 64 bytes, so that a look-up touches one page. Of absent keys, about one in a hundred passes.
 * Stateless.
 */
final class BloomFilter {
    private static final int BITS_OF_KEY = 10;
    private static final int BLOCK_BITS = 8 * PartFormat.FILTER_BLOCK_BYTES;
    private static final int PROBES = 6;
    private static final int PROBE_BITS = 9; // a bit of a block

    /** 8 MiB of the filter are made at a time; the hashes are read again for each piece. */
    static final int PIECE_PAGES = 2048;

    private BloomFilter() {}

    /** Blocks for a number of keys. */
    static long blocks(long keys) {
        return (keys * BITS_OF_KEY + BLOCK_BITS - 1) / BLOCK_BITS;
    }

    /** Forgets all but the high bits of a hash; test builds do, so that hashes are equal. */
    static long reduce(long hash, int hashBits) {
        return hash & (-1L << (64 - hashBits));
    }

    static long block(long hash, long blocks) {
        return Math.unsignedMultiplyHigh(hash, blocks);
    }

    /** Where a block begins in its page. */
    static int blockAt(long block) {
        return PartFormat.CONTENT_AT
                + (int) (block % PartFormat.FILTER_BLOCKS_IN_PAGE) * PartFormat.FILTER_BLOCK_BYTES;
    }

    private static long probes(long hash) {
        long mixed = (hash ^ (hash >>> 32)) * 0x9E3779B97F4A7C15L;
        return mixed ^ (mixed >>> 29);
    }

    /** Whether the key of a hash may be in the block that begins at {@code at}. */
    static boolean mayContain(byte[] page, int at, long hash) {
        long probes = probes(hash);
        for (int i = 0; i < PROBES; i++) {
            int bit = (int) probes & (BLOCK_BITS - 1);
            if ((page[at + (bit >>> 3)] & (1 << (bit & 7))) == 0) {
                return false;
            }
            probes >>>= PROBE_BITS;
        }
        return true;
    }

    private static void add(byte[] page, int at, long hash) {
        long probes = probes(hash);
        for (int i = 0; i < PROBES; i++) {
            int bit = (int) probes & (BLOCK_BITS - 1);
            page[at + (bit >>> 3)] |= (byte) (1 << (bit & 7));
            probes >>>= PROBE_BITS;
        }
    }

    /**
     * Writes the filter of all hashes in the spool.
     *
     * @param piecePages how many pages are made at a time
     */
    static Footer.Filter write(PageSink sink, Spool hashes, int piecePages) throws IOException {
        long blocks = blocks(hashes.size());
        long pages =
                (blocks + PartFormat.FILTER_BLOCKS_IN_PAGE - 1) / PartFormat.FILTER_BLOCKS_IN_PAGE;
        long firstPage = sink.pageCount();
        byte[][] piece = new byte[(int) Math.min(pages, piecePages)][PartFormat.PAGE_BYTES];
        for (long from = 0; from < pages; from += piece.length) {
            for (byte[] page : piece) {
                Arrays.fill(page, (byte) 0);
                page[0] = PartFormat.FILTER;
            }
            long first = from;
            hashes.forEach(hash -> {
                long block = block(hash, blocks);
                long page = block / PartFormat.FILTER_BLOCKS_IN_PAGE - first;
                if (page >= 0 && page < piece.length) {
                    add(piece[(int) page], blockAt(block), hash);
                }
            });
            for (int i = 0; i < Math.min(piece.length, pages - from); i++) {
                sink.append(piece[i]);
            }
        }
        return new Footer.Filter(firstPage, blocks);
    }
}
