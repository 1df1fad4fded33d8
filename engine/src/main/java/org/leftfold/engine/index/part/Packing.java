package org.leftfold.engine.index.part;

import org.leftfold.engine.log.Bytes;

/** Numbers of equal width in bits, low bits first, one directly after the other. Stateless. */
final class Packing {
    /** A number of up to this width lies within 8 bytes, wherever it begins. */
    private static final int MAX_ODD_BITS = 57;

    private Packing() {}

    /** The width for numbers up to {@code greatest}: 0 to 57, or 64. */
    static int width(long greatest) {
        int bits = 64 - Long.numberOfLeadingZeros(greatest);
        return bits > MAX_ODD_BITS ? 64 : bits;
    }

    static int byteCount(int items, int width) {
        return (items * width + 7) >>> 3;
    }

    /** Puts a number into bytes that were zero; up to 8 bytes from its first one are touched. */
    static void put(byte[] target, int index, int item, int width, long value) {
        if (width == 0) {
            return;
        }
        int bit = item * width;
        int at = index + (bit >>> 3);
        Bytes.putLong(target, at, Bytes.getLong(target, at) | (value << (bit & 7)));
    }

    /** A number; up to 8 bytes from its first one are read. */
    static long get(byte[] source, int index, int item, int width) {
        if (width == 0) {
            return 0;
        }
        int bit = item * width;
        long word = Bytes.getLong(source, index + (bit >>> 3)) >>> (bit & 7);
        return width == 64 ? word : word & ((1L << width) - 1);
    }
}
