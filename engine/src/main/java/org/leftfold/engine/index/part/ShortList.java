package org.leftfold.engine.index.part;

import java.util.Arrays;

/** Positions in an array. Any thread reads. */
final class ShortList implements Positions {
    private final long[] items;

    /** The array is taken over. */
    ShortList(long[] items) {
        this.items = items;
    }

    @Override
    public long size() {
        return items.length;
    }

    @Override
    public long at(long index) {
        return items[Math.toIntExact(index)];
    }

    @Override
    public long countUpTo(long position) {
        int found = Arrays.binarySearch(items, position);
        return found >= 0 ? found + 1 : -found - 1;
    }
}
