package org.leftfold.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The body of an event: bytes that the store never looks into and gives back exactly as they came
 * (R4). Immutable; two payloads are equal when their bytes are.
 */
public final class Payload {
    private static final Payload EMPTY = new Payload(new byte[0]);

    private final byte[] content;

    private Payload(byte[] content) {
        this.content = content;
    }

    /** A payload of no bytes. */
    public static Payload empty() {
        return EMPTY;
    }

    /** A payload with a copy of {@code bytes}. */
    public static Payload of(byte[] bytes) {
        return new Payload(bytes.clone());
    }

    /** A payload with {@code text} as UTF-8. */
    public static Payload ofText(String text) {
        return new Payload(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A payload that shares {@code bytes} instead of copying them: for stores and codecs that made
     * the array for this payload and never touch it again.
     */
    public static Payload wrap(byte[] bytes) {
        return new Payload(bytes);
    }

    /** Number of bytes. */
    public int sizeBytes() {
        return content.length;
    }

    /** The byte at {@code index}, which is below {@link #sizeBytes()}. */
    public byte byteAt(int index) {
        return content[index];
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return content.clone();
    }

    /** A read-only view of the bytes. */
    public ByteBuffer asBuffer() {
        return ByteBuffer.wrap(content).asReadOnlyBuffer();
    }

    /** Copies all bytes into {@code target} from {@code offset}, which must have room. */
    public void copyTo(byte[] target, int offset) {
        System.arraycopy(content, 0, target, offset, content.length);
    }

    /** The bytes read as UTF-8. */
    public String asText() {
        return new String(content, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    /** Names the size only: payloads hold data that does not belong into logs. */
    @Override
    public String toString() {
        return content.length + " bytes";
    }
}
