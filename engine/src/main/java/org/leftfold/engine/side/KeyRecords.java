package org.leftfold.engine.side;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.KeyStore.SubjectKey;

/**
 * The contents of records of keys.
 *
 * <pre>
 * key:        0 32  hash of the subject id    32 4  key version    36 n  wrapped key
 * tombstone:  0 32  hash of the subject id    32 8  offset of the record of a key, once for each
 * </pre>
 *
 * <p>The hash is SHA-256 of the salt in the header and the id as UTF-8: the id itself, which may be
 * personal data, is stored nowhere. Stateless.
 */
final class KeyRecords {
    static final int HASH_BYTES = 32;
    private static final int KEY_HEAD_BYTES = HASH_BYTES + Integer.BYTES;

    private KeyRecords() {}

    static byte[] key(byte[] hash, int keyVersion, byte[] wrapped) {
        return ByteBuffer.allocate(KEY_HEAD_BYTES + wrapped.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(hash)
                .putInt(keyVersion)
                .put(wrapped)
                .array();
    }

    static byte[] tombstone(byte[] hash, long[] keys) {
        ByteBuffer content =
                ByteBuffer.allocate(HASH_BYTES + keys.length * Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(hash);
        for (long key : keys) {
            content.putLong(key);
        }
        return content.array();
    }

    static boolean isOf(byte[] content, byte[] hash) {
        return content.length >= HASH_BYTES
                && Arrays.equals(content, 0, HASH_BYTES, hash, 0, HASH_BYTES);
    }

    /** What stands for a subject: the hash as text; {@code content} begins with it. */
    static String holder(byte[] content) {
        return HexFormat.of().formatHex(content, 0, HASH_BYTES);
    }

    /** The hash of a subject id. */
    static byte[] hash(byte[] salt, String subject) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            return digest.digest(Fields.utf8(subject));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no SHA-256", e);
        }
    }

    /** The key that a record holds. */
    static SubjectKey keyOf(String subject, byte[] content) {
        return new SubjectKey(
                subject, keyVersion(content), Payload.wrap(wrapped(content)), holder(content));
    }

    static int keyVersion(byte[] content) {
        return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getInt(HASH_BYTES);
    }

    static byte[] wrapped(byte[] content) {
        return Arrays.copyOfRange(content, KEY_HEAD_BYTES, content.length);
    }

    /** The offsets of the records that a tombstone is about. */
    static long[] erasedBy(byte[] content) {
        ByteBuffer offsets =
                ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).position(HASH_BYTES);
        long[] keys = new long[offsets.remaining() / Long.BYTES];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = offsets.getLong();
        }
        return keys;
    }
}
