package org.leftfold.engine.index;

import java.util.Arrays;

/**
 * From position to location, in chunks. One thread sets, any thread reads what was set before it
 * learnt the position.
 */
final class LocationTable {
    private static final int CHUNK_BITS = 13;
    private static final int CHUNK = 1 << CHUNK_BITS;

    private volatile long[][] chunks = new long[0][]; // written by the setting thread, read by all
    private volatile long
            highest; // written by the setting thread after the location, read by all first

    void set(long position, long location) {
        int chunk = (int) (position >>> CHUNK_BITS);
        long[][] current = chunks;
        if (chunk >= current.length) {
            current =
                    Arrays.copyOf(
                            current, Math.max(chunk + 1, current.length + (current.length >> 1)));
        }
        if (current[chunk] == null) {
            current[chunk] = new long[CHUNK];
        }
        current[chunk][(int) (position & (CHUNK - 1))] = location;
        chunks = current;
        highest = position;
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
