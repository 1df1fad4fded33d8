package org.leftfold.engine.index;

import java.util.Arrays;

/** Numbers in rising order, one after the other. One thread. */
final class LongBuffer {
    private static final long[] NONE = {};

    private long[] items = NONE;

    /** Adds those of {@code more} that are above {@code above}; all are above what is here. */
    void addAll(long[] more, long above) {
        int from = 0;
        while (from < more.length && more[from] <= above) {
            from++;
        }
        if (from == 0 && items.length == 0) {
            items = more;
        } else if (from < more.length) {
            int count = items.length;
            items = Arrays.copyOf(items, count + more.length - from);
            System.arraycopy(more, from, items, count, more.length - from);
        }
    }

    /** The last number, 0 if there is none. */
    long last() {
        return items.length == 0 ? 0 : items[items.length - 1];
    }

    long[] toArray() {
        return items;
    }
}
