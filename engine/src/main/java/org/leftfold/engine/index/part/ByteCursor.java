package org.leftfold.engine.index.part;

/** Reads varints one after the other. One thread. */
final class ByteCursor {
    final byte[] bytes;
    int at;

    ByteCursor(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    /**
     * The next number.
     *
     * @throws IndexOutOfBoundsException if there is none
     */
    long varint() {
        byte first = bytes[at++];
        return first >= 0 ? first : longVarint(first & 0x7f);
    }

    private long longVarint(long low) {
        long value = low;
        for (int shift = 7; shift < 63; shift += 7) {
            byte next = bytes[at++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IndexOutOfBoundsException("a number has more than 9 bytes");
    }
}
