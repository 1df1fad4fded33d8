package org.leftfold.engine.index.part;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.leftfold.engine.log.Bytes;

/**
 * What events are filed under: a kind and a text. Ordered by the byte of the kind, then by the
 * bytes of the text, unsigned. Immutable.
 */
public final class IndexKey implements Comparable<IndexKey> {
    /** Most bytes of a text; twice what names and tags may have. */
    public static final int MAX_TEXT_BYTES = 1024;

    private static final long HASH_STEP = 0x9E3779B97F4A7C15L;
    private static final long HASH_FACTOR = 0xE7037ED1A0B428DBL;

    /** The kinds of keys; their bytes are stored. */
    public enum Kind {
        /** The name of a stream. */
        STREAM(1),
        /** A category of streams. */
        CATEGORY(2),
        /** A type of events. */
        TYPE(3),
        /** A tag of events. */
        TAG(4),
        /** The name of a stream whose first events may not be read. */
        TRUNCATION(5);

        private final byte code;

        Kind(int code) {
            this.code = (byte) code;
        }

        /** Whether keys of this kind have a first version that may be read. */
        boolean hasFirstKept() {
            return this == STREAM || this == TRUNCATION;
        }

        /** The byte that stands for the kind in files. */
        public byte code() {
            return code;
        }
    }

    private final byte[] encoded; // the kind, then the text

    private IndexKey(byte[] encoded) {
        this.encoded = encoded;
    }

    /** The key of a text. */
    public static IndexKey of(Kind kind, String text) {
        return of(kind, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The key of a text in UTF-8; the bytes are copied.
     *
     * @throws IllegalArgumentException if there are more than {@value #MAX_TEXT_BYTES}
     */
    public static IndexKey of(Kind kind, byte[] text) {
        if (text.length > MAX_TEXT_BYTES) {
            throw new IllegalArgumentException(
                    "a key has at most %d bytes, not %d".formatted(MAX_TEXT_BYTES, text.length));
        }
        byte[] encoded = new byte[1 + text.length];
        encoded[0] = kind.code();
        System.arraycopy(text, 0, encoded, 1, text.length);
        return new IndexKey(encoded);
    }

    /**
     * The key of bytes as {@link #encoded} gives them; they are copied.
     *
     * @throws IllegalArgumentException if they are no key
     */
    static IndexKey decode(byte[] bytes, int byteCount) {
        if (byteCount < 1
                || byteCount > 1 + MAX_TEXT_BYTES
                || bytes[0] < Kind.STREAM.code
                || bytes[0] > Kind.TRUNCATION.code) {
            throw new IllegalArgumentException("no key");
        }
        return new IndexKey(Arrays.copyOf(bytes, byteCount));
    }

    /** The kind. */
    public Kind kind() {
        return Kind.values()[encoded[0] - 1];
    }

    /** The text. */
    public String text() {
        return new String(encoded, 1, encoded.length - 1, StandardCharsets.UTF_8);
    }

    /** The byte of the kind, then those of the text; not a copy, so nobody may change them. */
    byte[] encoded() {
        return encoded;
    }

    /** A hash of all bytes for filters. It is stored, so it never changes. */
    public long hash64(long seed) {
        long hash = mix(seed ^ (encoded.length * HASH_STEP), HASH_FACTOR);
        int at = 0;
        for (; at + 8 <= encoded.length; at += 8) {
            hash = mix(hash ^ Bytes.getLong(encoded, at), HASH_STEP);
        }
        long rest = 0;
        for (; at < encoded.length; at++) {
            rest = (rest << 8) | (encoded[at] & 0xff);
        }
        return mix(mix(hash ^ rest, HASH_STEP), HASH_FACTOR);
    }

    /** Both halves of the product, which depend on all bits of the value; never stuck at zero. */
    private static long mix(long value, long factor) {
        long odd = value ^ 0xA0761D6478BD642FL;
        return (odd * factor) ^ Math.multiplyHigh(odd, factor) ^ (value >>> 32);
    }

    @Override
    public int compareTo(IndexKey other) {
        return Arrays.compareUnsigned(encoded, other.encoded);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IndexKey key && Arrays.equals(encoded, key.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    @Override
    public String toString() {
        return kind() + " " + text();
    }
}
