package org.leftfold.engine.index.part;

import java.util.Arrays;
import org.leftfold.engine.log.Bytes;

/**
 * Fills a leaf or inner page with keys in rising order; each key shares its beginning with the one
 * before, but every 16th is whole, and the end of the page says where those are. One thread.
 *
 * <pre>
 * page:    0 1  type    1 2  entries    3 2  whole keys    5  entries ...  whole keys: 2 bytes each, backwards
 * entry:   v shared bytes   v other bytes   v value bytes   other bytes   value
 * </pre>
 */
final class NodeBuilder {
    static final int COUNT_AT = 1;
    static final int RESTARTS_AT = 3;
    static final int ENTRIES_AT = 5;

    private final byte type;
    private final byte[] page = new byte[PartFormat.PAGE_BYTES];
    private byte[] lastKey = {};
    private byte[] separator = {};
    private int count;
    private int at;

    NodeBuilder(byte type) {
        this.type = type;
        begin(separator);
    }

    /** Where the offset of a whole key is. */
    static int restartAt(int restart) {
        return PartFormat.CHECKSUM_AT - 2 * (restart + 1);
    }

    /**
     * Begins a page.
     *
     * @param from no key of the page is below it, and none of the page before is above
     */
    void begin(byte[] from) {
        separator = from;
        Arrays.fill(page, (byte) 0);
        page[0] = type;
        count = 0;
        at = ENTRIES_AT;
    }

    byte[] separator() {
        return separator;
    }

    byte[] lastKey() {
        return lastKey;
    }

    int count() {
        return count;
    }

    /** Adds an entry; returns false, with nothing changed, if there is no room. */
    boolean add(byte[] key, byte[] value, int valueBytes) {
        boolean whole = count % PartFormat.RESTART_ENTRIES == 0;
        int shared = whole ? 0 : sharedBytes(lastKey, key);
        int others = key.length - shared;
        int byteCount =
                Bytes.varintBytes(shared)
                        + Bytes.varintBytes(others)
                        + Bytes.varintBytes(valueBytes)
                        + others
                        + valueBytes;
        int restarts = (count + PartFormat.RESTART_ENTRIES) / PartFormat.RESTART_ENTRIES;
        if (at + byteCount > restartAt(restarts - 1)) {
            return false;
        }
        if (whole) {
            PartFormat.putShort(page, restartAt(restarts - 1), at);
        }
        at = Bytes.putVarint(page, at, shared);
        at = Bytes.putVarint(page, at, others);
        at = Bytes.putVarint(page, at, valueBytes);
        System.arraycopy(key, shared, page, at, others);
        System.arraycopy(value, 0, page, at + others, valueBytes);
        at += others + valueBytes;
        count++;
        lastKey = key;
        return true;
    }

    private static int sharedBytes(byte[] one, byte[] other) {
        int at = Arrays.mismatch(one, other);
        return at < 0 ? one.length : at;
    }

    /** The page, which stays this builder's. */
    byte[] page() {
        PartFormat.putShort(page, COUNT_AT, count);
        int restarts = (count + PartFormat.RESTART_ENTRIES - 1) / PartFormat.RESTART_ENTRIES;
        PartFormat.putShort(page, RESTARTS_AT, restarts);
        return page;
    }

    /** The shortest key that is above {@code last} and not above {@code next}. */
    static byte[] separator(byte[] last, byte[] next) {
        return Arrays.copyOf(next, Math.min(next.length, sharedBytes(last, next) + 1));
    }
}
