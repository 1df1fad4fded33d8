package org.leftfold.engine.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Positions in rising order. One thread adds, any thread reads; a reader sees all that was added
 * before it asked for the size. Most lists hold one position, so that takes no array.
 */
class PositionList {
    /** A list that stays empty. */
    static final PositionList EMPTY = new PositionList();

    private static final long[] NONE = {};
    private static final VarHandle SIZE;

    static {
        try {
            SIZE = MethodHandles.lookup().findVarHandle(PositionList.class, "size", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Written by the adding thread before the size, read by all after it. */
    private long first;

    /** All but the first; written by the adding thread before the size, read by all after it. */
    private volatile long[] others = NONE;

    /** Written by the adding thread with release order, read by all. */
    private volatile int size;

    /** Adds a position above all others. */
    void add(long position) {
        int count = size;
        assert count == 0 || at(count - 1) < position : "positions must rise";
        if (count == 0) {
            first = position;
        } else {
            long[] current = others;
            if (count > current.length) {
                current = Arrays.copyOf(current, Math.max(3, count + (count >> 1)));
                others = current;
            }
            current[count - 1] = position;
        }
        SIZE.setRelease(this, count + 1);
    }

    /** Number of positions. */
    int size() {
        return size;
    }

    /** The position at {@code index}, which is below a size that was asked for before. */
    long at(int index) {
        return index == 0 ? first : others[index - 1];
    }

    /** How many of the positions are at or below {@code position}. */
    int countUpTo(long position) {
        int count = size;
        if (count == 0 || position < first) {
            return 0;
        }
        long[] current = others;
        if (count == 1 || current[count - 2] <= position) {
            return count;
        }
        int found = Arrays.binarySearch(current, 0, count - 1, position);
        return found >= 0 ? found + 2 : -found;
    }
}
