package org.leftfold.engine.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Numbers in byte arrays: little endian, and varints (7 bits a byte, low bits first, high bit set
 * on all but the last byte). Stateless.
 */
public final class Bytes {
    /** Longest varint of a long. */
    public static final int MAX_VARINT_BYTES = 10;

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Bytes() {}

    /** The little-endian int at {@code index}. */
    public static int getInt(byte[] source, int index) {
        return (int) INT.get(source, index);
    }

    /** Puts a little-endian int at {@code index}. */
    public static void putInt(byte[] target, int index, int value) {
        INT.set(target, index, value);
    }

    /** The little-endian long at {@code index}. */
    public static long getLong(byte[] source, int index) {
        return (long) LONG.get(source, index);
    }

    /** Puts a little-endian long at {@code index}. */
    public static void putLong(byte[] target, int index, long value) {
        LONG.set(target, index, value);
    }

    /** Writes a varint of a number that is not negative; returns the index behind it. */
    public static int putVarint(byte[] target, int index, long value) {
        assert value >= 0 : value;
        int at = index;
        long rest = value;
        while (rest > 0x7f) {
            target[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
        return at;
    }

    /** How many bytes the varint of a number has. */
    public static int varintBytes(long value) {
        return value == 0 ? 1 : (70 - Long.numberOfLeadingZeros(value)) / 7;
    }

    /** CRC-32C. */
    public static int crc(byte[] source, int index, int byteCount) {
        CRC32C crc = new CRC32C();
        crc.update(source, index, byteCount);
        return (int) crc.getValue();
    }

    /** Whether a range holds nothing but zeros. */
    public static boolean allZero(byte[] source, int from, int to) {
        int at = from;
        for (; at + 8 <= to; at += 8) {
            if (getLong(source, at) != 0) {
                return false;
            }
        }
        for (; at < to; at++) {
            if (source[at] != 0) {
                return false;
            }
        }
        return true;
    }
}
