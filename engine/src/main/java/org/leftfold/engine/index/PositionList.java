package org.leftfold.engine.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Positions in rising order. One thread adds, any thread reads; a reader sees all that was added
 * before it asked for the size.
 */
public final class PositionList {
    /** A list that stays empty. */
    public static final PositionList EMPTY = new PositionList();

    private static final VarHandle SIZE;

    static {
        try {
            SIZE = MethodHandles.lookup().findVarHandle(PositionList.class, "size", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Written by the adding thread before the size, read by all after it. */
    private volatile long[] items = {};

    /** Written by the adding thread with release order, read by all. */
    private volatile int size;

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
        SIZE.setRelease(this, count + 1);
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
