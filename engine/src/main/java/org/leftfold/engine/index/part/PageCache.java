package org.leftfold.engine.index.part;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Pages of all open parts, up to a limit: a table of sets with 8 places each. A page has its set;
 * within that a new page takes the place of one that was not used lately (second chance). Finding a
 * page takes no lock. Any thread.
 */
public final class PageCache {
    private static final int WAYS = 8;

    /** What a page takes besides its bytes: the array's head, its entry, its place in the table. */
    private static final int PAGE_OVERHEAD_BYTES = 64;

    /** Threads that read pages of different sets at the same time seldom wait for each other. */
    private static final int LOCKS = 64;

    private final int ways;
    private final int sets;

    // The number is a hint that saves looking at each entry: the entry itself says what it is.
    private final AtomicLongArray keys; // written under the lock of the set, read by all
    private final AtomicReferenceArray<@Nullable Entry> entries; // as the keys
    private final byte[] hands; // under the lock of the set
    private final Object[] locks = new Object[LOCKS];
    private final LongAdder loads = new LongAdder();

    private static final class Entry {
        final long file;
        final long number;
        final byte[] page;

        /** Written and read by all without order: a lost mark costs a second read at worst. */
        boolean used;

        Entry(long file, long number, byte[] page) {
            this.file = file;
            this.number = number;
            this.page = page;
        }

        boolean is(long otherFile, long otherNumber) {
            return number == otherNumber && file == otherFile;
        }
    }

    /**
     * An empty cache.
     *
     * @param maxBytes memory that it takes at most, about; it always has room for one page
     */
    public PageCache(long maxBytes) {
        long pages = maxBytes / (PartFormat.PAGE_BYTES + PAGE_OVERHEAD_BYTES);
        int places = Math.clamp(pages, 1, Integer.MAX_VALUE - WAYS);
        ways = Math.min(WAYS, places);
        sets = places / ways;
        keys = new AtomicLongArray(sets * ways);
        entries = new AtomicReferenceArray<>(sets * ways);
        hands = new byte[sets];
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
    }

    /** How many pages have room. */
    public int maxPages() {
        return sets * ways;
    }

    /** How many pages are here. Takes time in proportion to the size. */
    public int pageCount() {
        int count = 0;
        for (int i = 0; i < entries.length(); i++) {
            if (entries.get(i) != null) {
                count++;
            }
        }
        return count;
    }

    /** How often a page had to be read from a file. */
    public long loads() {
        return loads.sum();
    }

    /** A page, from memory or from its file. */
    byte[] page(PartFile file, long number) {
        byte[] page = find(file, number);
        return page == null ? read(file, number) : page;
    }

    /** A page that is here, else null. */
    byte @Nullable [] find(PartFile file, long number) {
        long id = file.id();
        long key = hash(id, number);
        int first = setOf(key) * ways;
        for (int at = first; at < first + ways; at++) {
            if (keys.getAcquire(at) == key) {
                Entry entry = entries.getAcquire(at);
                if (entry != null && entry.is(id, number)) {
                    if (!entry.used) {
                        entry.used = true;
                    }
                    return entry.page;
                }
            }
        }
        return null;
    }

    private byte[] read(PartFile file, long number) {
        loads.increment();
        Entry entry = new Entry(file.id(), number, file.read(number));
        long key = hash(entry.file, number);
        int set = setOf(key);
        synchronized (lock(set)) {
            return insert(set, key, entry).page;
        }
    }

    private int setOf(long key) {
        return (int) Math.unsignedMultiplyHigh(key, sets);
    }

    private Object lock(int set) {
        return locks[set & (LOCKS - 1)];
    }

    /** Puts an entry into its set, unless another thread has read the same page meanwhile. */
    private Entry insert(int set, long key, Entry entry) {
        int first = set * ways;
        int free = -1;
        for (int at = first; at < first + ways; at++) {
            Entry other = entries.get(at);
            if (other == null) {
                free = at;
            } else if (other.is(entry.file, entry.number)) {
                return other;
            }
        }
        int at = free >= 0 ? free : first + victim(set);
        entries.setRelease(at, entry);
        keys.setRelease(at, key);
        return entry;
    }

    /** The next page in turn that was not used since its last turn. */
    private int victim(int set) {
        int hand = hands[set];
        for (int turns = 0; turns < ways; turns++) {
            Entry candidate = entries.get(set * ways + hand);
            if (candidate == null || !candidate.used) {
                break;
            }
            candidate.used = false;
            hand = (hand + 1) % ways;
        }
        hands[set] = (byte) ((hand + 1) % ways);
        return hand;
    }

    /** Drops all pages of a file that is not read any more. */
    void forget(PartFile file) {
        long id = file.id();
        for (int set = 0; set < sets; set++) {
            for (int at = set * ways; at < (set + 1) * ways; at++) {
                Entry entry = entries.get(at);
                if (entry != null && entry.file == id) {
                    synchronized (lock(set)) {
                        if (entries.get(at) == entry) {
                            entries.set(at, null);
                        }
                    }
                }
            }
        }
    }

    private static long hash(long file, long number) {
        long hash = (file * 0x9E3779B97F4A7C15L + number) * 0xC2B2AE3D27D4EB4FL;
        hash = (hash ^ (hash >>> 32)) * 0xD6E8FEB86659FD93L;
        return hash ^ (hash >>> 32);
    }
}
