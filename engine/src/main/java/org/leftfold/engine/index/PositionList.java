package org.leftfold.engine.index;

import java.util.Arrays;

/**
 * Positions in rising order. One thread adds, any thread reads; a reader sees all that was added
 * before it asked for the size.
 */
public final class PositionList {
    /** A list that stays empty. */
    public static final PositionList EMPTY = new PositionList();

    private volatile long[]
            items = {}; // written by the adding thread before size, read by all after size
    private volatile int size; // written by the adding thread, read by all

    /** Adds a position above all others. */
    void add(long position) {
        int count = size;
        long[] current = items;
        if (count == current.length) {
            current = Arrays.copyOf(current, Math.max(4, count + (count >> 1)));
            items = current;
        }
        assert count == 0 || current[count - 1] < position : "positions must rise";
        current[count] = position;
        size = count + 1;
    }

    /** Number of positions. */
    public int size() {
        return size;
    }

    /** The position at {@code index}, which is below a size that was asked for before. */
    public long at(int index) {
        return items[index];
    }

    /** How many of the positions are at or below {@code position}. */
    public int countUpTo(long position) {
        int count = size;
        long[] current = items;
        if (count > 0 && current[count - 1] <= position) {
            return count;
        }
        int found = Arrays.binarySearch(current, 0, count, position);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /** Whether {@code position} is in the list. */
    public boolean contains(long position) {
        int count = size;
        return Arrays.binarySearch(items, 0, count, position) >= 0;
    }

    /** Bytes of memory that the list takes, about. */
    long memoryBytes() {
        return 40 + 8L * items.length;
    }
}
