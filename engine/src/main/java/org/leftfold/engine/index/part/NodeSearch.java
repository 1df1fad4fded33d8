package org.leftfold.engine.index.part;

import java.util.Arrays;

/** Finds a key in a leaf or inner page; see {@link NodeBuilder}. Stateless. */
final class NodeSearch {
    /** There is no such entry. */
    static final int NONE = -1;

    private NodeSearch() {}

    /** Where the value of exactly this key begins, or {@link #NONE}. */
    static int find(byte[] page, byte[] key) {
        int found = search(page, key);
        return found >= 0 && (found & 1) == 1 ? found >>> 1 : NONE;
    }

    /** Where the value of the last key that is not above begins, or {@link #NONE}. */
    static int floor(byte[] page, byte[] key) {
        int found = search(page, key);
        return found >= 0 ? found >>> 1 : NONE;
    }

    /** The value's begin, times two, plus 1 if the key is the same; or {@link #NONE}. */
    private static int search(byte[] page, byte[] key) {
        int run = lastRun(page, key);
        if (run < 0) {
            return NONE;
        }
        int count = PartFormat.getShort(page, NodeBuilder.COUNT_AT);
        int stop = Math.min(count, (run + 1) * PartFormat.RESTART_ENTRIES);
        ByteCursor cursor =
                new ByteCursor(page, PartFormat.getShort(page, NodeBuilder.restartAt(run)));
        int found = NONE;
        int matched = 0; // bytes that the key has in common with the entry before, which is below
        for (int i = run * PartFormat.RESTART_ENTRIES; i < stop; i++) {
            int shared = (int) cursor.varint();
            int others = (int) cursor.varint();
            int valueBytes = (int) cursor.varint();
            int othersAt = cursor.at;
            int valueAt = othersAt + others;
            cursor.at = valueAt + valueBytes;
            if (shared < matched) {
                return found; // It departs earlier from the entry before than the key does.
            }
            if (shared == matched) {
                int common = Arrays.mismatch(page, othersAt, valueAt, key, matched, key.length);
                if (common < 0) {
                    return (valueAt << 1) | 1;
                }
                boolean above =
                        common < others
                                && (matched + common == key.length
                                        || (page[othersAt + common] & 0xff)
                                                > (key[matched + common] & 0xff));
                if (above) {
                    return found;
                }
                matched += common;
            }
            found = valueAt << 1;
        }
        return found;
    }

    /** The last whole key that is not above. */
    private static int lastRun(byte[] page, byte[] key) {
        int low = 0;
        int high = PartFormat.getShort(page, NodeBuilder.RESTARTS_AT) - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            ByteCursor cursor =
                    new ByteCursor(page, PartFormat.getShort(page, NodeBuilder.restartAt(middle)));
            cursor.varint();
            int others = (int) cursor.varint();
            cursor.varint();
            int at = cursor.at;
            if (Arrays.compareUnsigned(page, at, at + others, key, 0, key.length) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }
}
