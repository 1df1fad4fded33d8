package org.leftfold.engine.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * From position to location, for the positions above one, in chunks. One thread adds, any thread
 * reads what was added before it learnt the position.
 */
final class LocationTable {
    private static final int CHUNK_BITS = 10;
    private static final int CHUNK = 1 << CHUNK_BITS;

    private static final VarHandle COUNT;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(LocationTable.class, "count", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long after;

    /** Written by the adding thread, read by all. */
    private volatile long[][] chunks = new long[0][];

    /** Written by the adding thread after the location, with release order; read by all first. */
    private volatile long count;

    /** An empty table of the positions above {@code after}. */
    LocationTable(long after) {
        this.after = after;
    }

    /** Adds the location of the next position. */
    void add(long location) {
        long index = count;
        int chunk = (int) (index >>> CHUNK_BITS);
        if (chunk >= chunks.length) {
            chunks =
                    Arrays.copyOf(
                            chunks, Math.max(chunk + 1, chunks.length + (chunks.length >> 1)));
        }
        long[][] current = chunks;
        if (current[chunk] == null) {
            current[chunk] = new long[CHUNK];
        }
        current[chunk][(int) (index & (CHUNK - 1))] = location;
        COUNT.setRelease(this, index + 1);
    }

    /** The location of a position; 0 if it is not here. */
    long get(long position) {
        long index = position - after - 1;
        if (index < 0 || index >= count) {
            return 0;
        }
        return chunks[(int) (index >>> CHUNK_BITS)][(int) (index & (CHUNK - 1))];
    }
}
