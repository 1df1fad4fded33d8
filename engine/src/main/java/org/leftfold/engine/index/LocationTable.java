package org.leftfold.engine.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * From position to location, in chunks. One thread sets, any thread reads what was set before it
 * learnt the position.
 */
final class LocationTable {
    private static final int CHUNK_BITS = 10;
    private static final int CHUNK = 1 << CHUNK_BITS;

    private static final VarHandle HIGHEST;

    static {
        try {
            HIGHEST =
                    MethodHandles.lookup()
                            .findVarHandle(LocationTable.class, "highest", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Written by the setting thread, read by all. */
    private volatile long[][] chunks = new long[0][];

    /**
     * Written by the setting thread after the location, with release order; read by all before it.
     */
    private volatile long highest;

    void set(long position, long location) {
        int chunk = (int) (position >>> CHUNK_BITS);
        if (chunk >= chunks.length) {
            chunks =
                    Arrays.copyOf(
                            chunks, Math.max(chunk + 1, chunks.length + (chunks.length >> 1)));
        }
        long[][] current = chunks;
        if (current[chunk] == null) {
            current[chunk] = new long[CHUNK];
        }
        current[chunk][(int) (position & (CHUNK - 1))] = location;
        HIGHEST.setRelease(this, position);
    }

    long get(long position) {
        if (position <= 0 || position > highest) {
            return 0;
        }
        long[] chunk = chunks[(int) (position >>> CHUNK_BITS)];
        return chunk == null ? 0 : chunk[(int) (position & (CHUNK - 1))];
    }

    long highest() {
        return highest;
    }
}
