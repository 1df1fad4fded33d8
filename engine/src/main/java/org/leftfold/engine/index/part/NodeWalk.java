package org.leftfold.engine.index.part;

import java.util.Arrays;

/** Goes through the entries of a leaf or inner page in order. One thread. */
final class NodeWalk {
    private final byte[] page;
    private final int count;
    private final ByteCursor cursor;
    private byte[] key = new byte[64];
    private int keyBytes;
    private int index;
    private int entryAt;
    private int shared;
    private int valueAt;
    private int end;

    NodeWalk(byte[] page) {
        this.page = page;
        this.count = PartFormat.getShort(page, NodeBuilder.COUNT_AT);
        this.cursor = new ByteCursor(page, NodeBuilder.ENTRIES_AT);
        this.end = NodeBuilder.ENTRIES_AT;
    }

    /** Goes to the next entry; false behind the last one. */
    boolean next() {
        if (index == count) {
            return false;
        }
        index++;
        entryAt = end;
        cursor.at = end;
        shared = (int) cursor.varint();
        int others = (int) cursor.varint();
        int valueBytes = (int) cursor.varint();
        if (shared < 0
                || shared > keyBytes
                || others < 0
                || others > page.length
                || valueBytes < 0) {
            throw new IndexOutOfBoundsException("lengths of an entry");
        }
        if (shared + others > key.length) {
            key = Arrays.copyOf(key, Math.max(2 * key.length, shared + others));
        }
        System.arraycopy(page, cursor.at, key, shared, others);
        keyBytes = shared + others;
        valueAt = cursor.at + others;
        end = valueAt + valueBytes;
        return true;
    }

    byte[] page() {
        return page;
    }

    /** The bytes of the key; good until the next entry. */
    byte[] key() {
        return key;
    }

    int keyBytes() {
        return keyBytes;
    }

    /** How many entries there are. */
    int count() {
        return count;
    }

    /** Where the entry begins. */
    int entryAt() {
        return entryAt;
    }

    /** How many bytes it takes from the key before. */
    int shared() {
        return shared;
    }

    /** Where the value begins. */
    int valueAt() {
        return valueAt;
    }

    /** Where the value ends. */
    int valueEnd() {
        return end;
    }
}
