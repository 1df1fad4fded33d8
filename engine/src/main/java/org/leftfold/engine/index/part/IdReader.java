package org.leftfold.engine.index.part;

import java.util.Arrays;
import org.leftfold.engine.log.Bytes;

/** Finds positions by the hash of an id; see {@link IdWriter}. Any thread. */
final class IdReader {
    private static final long[] NONE = {};

    /** Hashes are even: after so many guesses, they are not, and halving is better. */
    private static final int GUESSES = 3;

    private final Pages pages;
    private final long firstPage;
    private final long count;
    private final long after;
    private final int positionBytes;
    private final int pageEntries;

    IdReader(Pages pages) {
        Footer footer = pages.footer();
        this.pages = pages;
        this.firstPage = footer.ids().firstPage();
        this.count = footer.ids().count();
        this.after = footer.header().after();
        this.positionBytes = IdWriter.positionBytes(footer.header().events());
        this.pageEntries = IdWriter.pageEntries(positionBytes);
    }

    long count() {
        return count;
    }

    long pageCount() {
        return (count + pageEntries - 1) / pageEntries;
    }

    /** A page of ids, numbered from 0. */
    byte[] page(long index) {
        return pages.page(firstPage + index, PartFormat.IDS);
    }

    /** How many ids a page holds. */
    int entriesOf(long index) {
        return (int) Math.min(pageEntries, count - index * pageEntries);
    }

    long hash(byte[] page, int entry) {
        int at = at(entry);
        return (Bytes.getInt(page, at) & 0xffff_ffffL) | ((page[at + 4] & 0xffL) << 32);
    }

    long position(byte[] page, int entry) {
        int at = at(entry) + PartFormat.HASH_BYTES;
        long offset = 0;
        for (int i = positionBytes - 1; i >= 0; i--) {
            offset = (offset << 8) | (page[at + i] & 0xff);
        }
        return after + offset;
    }

    private int at(int entry) {
        return PartFormat.CONTENT_AT + entry * (PartFormat.HASH_BYTES + positionBytes);
    }

    /** All positions under a hash, rising. */
    long[] candidates(long hash) {
        if (count == 0) {
            return NONE;
        }
        long index = pageOf(hash);
        byte[] page = page(index);
        int entry = firstNotBelow(page, entriesOf(index), hash);
        long[] found = NONE;
        int size = 0;
        while (true) {
            if (entry == entriesOf(index)) {
                if (++index == pageCount()) {
                    break;
                }
                page = page(index);
                entry = 0;
            }
            if (hash(page, entry) != hash) {
                break;
            }
            if (size == found.length) {
                found = Arrays.copyOf(found, Math.max(1, 2 * size));
            }
            found[size++] = position(page, entry++);
        }
        return size == found.length ? found : Arrays.copyOf(found, size);
    }

    /** The first page whose last hash is not below, or the last page. */
    private long pageOf(long hash) {
        long low = 0;
        long high = pageCount() - 1;
        long lowHash = 0;
        long highHash = PartFormat.MAX_HASH;
        for (int step = 0; low < high; step++) {
            long guess =
                    step < GUESSES ? guess(low, high, lowHash, highHash, hash) : (low + high) >>> 1;
            byte[] page = page(guess);
            int last = entriesOf(guess) - 1;
            if (hash(page, last) < hash) {
                low = guess + 1;
                lowHash = hash(page, last);
            } else if (guess > low && hash(page, 0) >= hash) {
                high = guess - 1; // The page before may end with the same hash.
                highHash = hash(page, 0);
                if (hash(page(high), entriesOf(high) - 1) < hash) {
                    return guess;
                }
            } else {
                return guess;
            }
        }
        return Math.min(low, pageCount() - 1); // All hashes may be below.
    }

    private static long guess(long low, long high, long lowHash, long highHash, long hash) {
        if (hash <= lowHash || highHash <= lowHash) {
            return low;
        }
        double share = (double) (hash - lowHash) / (highHash - lowHash);
        return Math.min(high, low + (long) (share * (high - low + 1)));
    }

    private int firstNotBelow(byte[] page, int entries, long hash) {
        int low = 0;
        int high = entries;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (hash(page, middle) < hash) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
