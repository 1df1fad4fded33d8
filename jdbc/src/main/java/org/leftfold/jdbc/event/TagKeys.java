package org.leftfold.jdbc.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.leftfold.api.Tag;

/**
 * The number under which a tag is filed: the first 8 bytes of its SHA-256. Short, of one length,
 * and known without asking the database. Two tags may share one; whoever looks events up compares
 * the tags themselves.
 */
public final class TagKeys {
    private TagKeys() {}

    /** The key of a tag. */
    public static long of(Tag tag) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(tag.toString().getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
