package org.leftfold.jdbc.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.leftfold.api.Query;
import org.leftfold.api.Tag;

/**
 * The number under which a tag is filed: the first 8 bytes of its SHA-256. Short, of one length,
 * and known without asking the database. Two tags may share one; whoever looks events up compares
 * the tags themselves.
 */
public final class TagKeys {
    private TagKeys() {}

    /** The keys of tags. */
    public static Set<Long> of(Collection<Tag> tags) {
        Set<Long> keys = new HashSet<>();
        for (Tag tag : tags) {
            keys.add(of(tag));
        }
        return keys;
    }

    /**
     * Whether an event may match of which only this is known: its tags have none but these keys.
     */
    public static boolean mayMatch(Query query, Set<Long> keys) {
        return query.isEverything()
                || query.items().stream().anyMatch(item -> keys.containsAll(of(item.tags())));
    }

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
