package org.leftfold.api;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known about an event besides its payload: a small map from text to text, ordered by key.
 * Immutable.
 *
 * <p>Limits: {@value Limits#MAX_METADATA_ENTRIES} entries, {@value Limits#MAX_METADATA_BYTES} bytes
 * of UTF-8 in all; keys are names of at most {@value Limits#MAX_NAME_BYTES} bytes, values any text
 * that UTF-8 can carry.
 */
public final class Metadata {
    /** Who caused the event. */
    public static final String ACTOR = "actor";

    /** Why: the intent behind the change. */
    public static final String REASON = "reason";

    /** The conversation or business transaction that the event belongs to. */
    public static final String CORRELATION_ID = "correlationId";

    /** The message or event that led to this event. */
    public static final String CAUSATION_ID = "causationId";

    /** The tenant that the event belongs to. */
    public static final String TENANT = "tenant";

    /** When it happened in the world, where that is not when it was recorded; ISO 8601. */
    public static final String OCCURRED_AT = "occurredAt";

    private static final Metadata NONE = new Metadata(Map.of(), 0);

    private final Map<String, String> entries;
    private final int sizeBytes;

    private Metadata(Map<String, String> entries, int sizeBytes) {
        this.entries = entries;
        this.sizeBytes = sizeBytes;
    }

    /** No metadata. */
    public static Metadata none() {
        return NONE;
    }

    /** Metadata with one entry. */
    public static Metadata of(String key, String value) {
        return of(Map.of(key, value));
    }

    /**
     * Metadata with these entries.
     *
     * @throws InvalidRequestException if a key is no legal name (LF-1001), a text cannot be written
     *     as UTF-8 or there is too much of it (LF-1002)
     */
    public static Metadata of(Map<String, String> entries) {
        if (entries.isEmpty()) {
            return NONE;
        }
        int sizeBytes = 0;
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            Names.check("metadata key", entry.getKey());
            sizeBytes += utf8Bytes(entry.getKey()) + valueBytes(entry.getKey(), entry.getValue());
        }
        InvalidRequestException.limit(
                "metadata entries of an event", entries.size(), Limits.MAX_METADATA_ENTRIES);
        InvalidRequestException.limit(
                "metadata bytes of an event", sizeBytes, Limits.MAX_METADATA_BYTES);
        return new Metadata(Collections.unmodifiableMap(new TreeMap<>(entries)), sizeBytes);
    }

    private static int valueBytes(String key, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw Names.refuse(
                        "metadata value of '" + key + "'", value, "it holds half a surrogate pair");
            }
        }
        return utf8Bytes(value);
    }

    private static int utf8Bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** The same metadata with one entry added or replaced. */
    public Metadata with(String key, String value) {
        Map<String, String> more = new TreeMap<>(entries);
        more.put(key, value);
        return of(more);
    }

    /** The value of a key. */
    public Optional<String> value(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    /** All entries, ordered by key; not modifiable. */
    public Map<String, String> asMap() {
        return entries;
    }

    /** Bytes of all keys and values as UTF-8. */
    public int sizeBytes() {
        return sizeBytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Metadata that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return entries.toString();
    }
}
