package org.leftfold.api;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

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

    private static final Metadata NONE = new Metadata(new String[0], 0);

    private final String[] pairs; // key, value, key, value ...; keys rise
    private final int sizeBytes;

    private Metadata(String[] pairs, int sizeBytes) {
        this.pairs = pairs;
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
        InvalidRequestException.limit(
                "metadata entries of an event", entries.size(), Limits.MAX_METADATA_ENTRIES);
        String[] pairs = new String[2 * entries.size()];
        int count = 0;
        long sizeBytes = 0;
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            String key = Names.check("metadata key", entry.getKey());
            String value = Objects.requireNonNull(entry.getValue(), "a metadata value is null");
            int place = count;
            for (; place > 0 && pairs[place - 2].compareTo(key) > 0; place -= 2) {
                pairs[place] = pairs[place - 2];
                pairs[place + 1] = pairs[place - 1];
            }
            pairs[place] = key;
            pairs[place + 1] = value;
            count += 2;
            sizeBytes += utf8Bytes(key, key) + utf8Bytes(key, value);
        }
        InvalidRequestException.limit(
                "metadata bytes of an event", sizeBytes, Limits.MAX_METADATA_BYTES);
        return new Metadata(pairs, (int) sizeBytes);
    }

    /**
     * Metadata that a store reads back. It was checked when it was stored, and is not checked
     * again.
     *
     * @param sortedPairs key, value, key, value and so on, with rising keys; the array is handed
     *     over
     * @param sizeBytes bytes of all keys and values as UTF-8
     */
    public static Metadata ofStored(String[] sortedPairs, int sizeBytes) {
        return sortedPairs.length == 0 ? NONE : new Metadata(sortedPairs, sizeBytes);
    }

    private static long utf8Bytes(String key, String text) {
        long bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                continue;
            }
            boolean pair =
                    Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1));
            if (Character.isSurrogate(c) && !pair) {
                throw Names.refuse(
                        "metadata value of '" + key + "'", text, "it holds half a surrogate pair");
            }
            bytes += c < 0x800 ? 1 : 2;
            i += pair ? 1 : 0;
        }
        return bytes;
    }

    /** The same metadata with one entry added or replaced. */
    public Metadata with(String key, String value) {
        Map<String, String> more = new TreeMap<>();
        forEach(more::put);
        more.put(key, value);
        return of(more);
    }

    /** The value of a key. */
    public Optional<String> value(String key) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equals(key)) {
                return Optional.of(pairs[i + 1]);
            }
        }
        return Optional.empty();
    }

    /** Visits all entries, ordered by key. */
    public void forEach(BiConsumer<String, String> visitor) {
        for (int i = 0; i < pairs.length; i += 2) {
            visitor.accept(pairs[i], pairs[i + 1]);
        }
    }

    /** A map of all entries, ordered by key; not modifiable. */
    public Map<String, String> asMap() {
        Map<String, String> map = new LinkedHashMap<>();
        forEach(map::put);
        return Collections.unmodifiableMap(map);
    }

    /** Number of entries. */
    public int entryCount() {
        return pairs.length / 2;
    }

    /** Bytes of all keys and values as UTF-8. */
    public int sizeBytes() {
        return sizeBytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Metadata that && Arrays.equals(pairs, that.pairs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(pairs);
    }

    @Override
    public String toString() {
        return asMap().toString();
    }
}
