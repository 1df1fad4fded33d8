package org.leftfold.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/**
 * The identity of an event, chosen by the writer before the append, so that a repeated append is
 * recognised (G5). Its scope is the stream.
 *
 * @param value any UUID
 */
public record EventId(UUID value) implements Comparable<EventId> {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int NANOS_OF_MILLI = 1_000_000;
    private static final int FRACTIONS = 1 << 12;

    /**
     * A new identity: a UUID of version 7, which starts with the time. Behind the milliseconds
     * stands their fraction, in 12 bits (RFC 9562, 6.2, method 3), so that identities rise as the
     * clock does and an index of them grows at its end; 62 bits are random.
     */
    public static EventId next() {
        Instant now = Instant.now();
        int nanos = now.getNano();
        long millis = now.getEpochSecond() * 1000 + nanos / NANOS_OF_MILLI;
        long fraction = (long) (nanos % NANOS_OF_MILLI) * FRACTIONS / NANOS_OF_MILLI;
        long high = (millis << 16) | 0x7000 | fraction;
        long low = (RANDOM.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new EventId(new UUID(high, low));
    }

    /**
     * The identity that belongs to a name: the same name gives the same identity everywhere, so
     * that whoever derives an event from something can do so twice without storing it twice. A UUID
     * of version 5.
     */
    public static EventId fromName(UUID namespace, String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer input = ByteBuffer.allocate(16 + text.length);
        input.putLong(namespace.getMostSignificantBits());
        input.putLong(namespace.getLeastSignificantBits());
        input.put(text);
        ByteBuffer hash = ByteBuffer.wrap(sha1(input.array()));
        long high = (hash.getLong() & ~0xf000L) | 0x5000L;
        long low = (hash.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new EventId(new UUID(high, low));
    }

    private static byte[] sha1(byte[] input) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(input);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no SHA-1, which every JVM must have", e);
        }
    }

    /** Parses the usual text form of a UUID. */
    public static EventId of(String text) {
        try {
            return new EventId(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            throw Names.refuse(
                    "event id",
                    text,
                    "it is no UUID, such as 01890a5d-ac96-774b-bcce-b302099a8057");
        }
    }

    @Override
    public int compareTo(EventId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
