package org.leftfold.framework.transform;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import org.leftfold.api.NewEvent;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;

/**
 * A digest of what the writers of events chose, and of the streams they are in; not of positions
 * and times, which the target gives. Every text and list comes with its length. For one thread.
 */
final class ContentDigest {
    private final MessageDigest digest = sha256();

    void add(RecordedEvent event) {
        add(event.stream(), event.toNewEvent());
    }

    void add(StreamName stream, NewEvent event) {
        UUID id = event.id().value();
        add(stream.value());
        add(id.getMostSignificantBits());
        add(id.getLeastSignificantBits());
        add(event.type().value());
        add(event.schemaVersion());
        add(event.payload().toByteArray());
        add(event.metadata().entryCount());
        event.metadata()
                .forEach((key, value) -> {
                    add(key);
                    add(value);
                });
        add(event.tags().size());
        event.tags().stream().sorted().map(Tag::toString).forEach(this::add);
    }

    private void add(String text) {
        add(text.getBytes(StandardCharsets.UTF_8));
    }

    private void add(byte[] bytes) {
        add(bytes.length);
        digest.update(bytes);
    }

    private void add(long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    /** The digest in hexadecimal digits; nothing can be added behind it. */
    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(
                    "this JVM has no SHA-256, which every JVM must have", e);
        }
    }
}
