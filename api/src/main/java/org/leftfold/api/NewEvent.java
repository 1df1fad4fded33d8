package org.leftfold.api;

import java.util.Set;
import java.util.TreeSet;

/**
 * An event that is not stored yet.
 *
 * @param id its identity; repeating the append with the same id stores nothing twice (G5)
 * @param type its declared name
 * @param schemaVersion the version of the payload's format, from 1
 * @param payload its body, at most {@value Limits#MAX_PAYLOAD_BYTES} bytes
 * @param metadata who, why and the like
 * @param tags labels to find it by, at most {@value Limits#MAX_TAGS_PER_EVENT}
 */
public record NewEvent(
        EventId id,
        EventType type,
        int schemaVersion,
        Payload payload,
        Metadata metadata,
        Set<Tag> tags) {
    /**
     * @throws InvalidRequestException if a limit is passed (LF-1002); nothing was stored
     */
    public NewEvent {
        if (schemaVersion < 1) {
            throw InvalidRequestException.number(
                    "schema version", schemaVersion, "schema versions start at 1");
        }
        InvalidRequestException.limit(
                "payload bytes of an event", payload.sizeBytes(), Limits.MAX_PAYLOAD_BYTES);
        InvalidRequestException.limit("tags of an event", tags.size(), Limits.MAX_TAGS_PER_EVENT);
        tags = Set.copyOf(tags);
    }

    /** An event with a new id, schema version 1, and neither metadata nor tags. */
    public static NewEvent of(String type, Payload payload) {
        return new NewEvent(
                EventId.next(), new EventType(type), 1, payload, Metadata.none(), Set.of());
    }

    /**
     * An event with a new id and {@code json} as its payload, stored as it stands. The store never
     * looks into payloads; {@code of(type, Payload.ofText(...))} takes any text.
     *
     * @param json one text of RFC 8259, at most 500 arrays and objects deep
     * @throws InvalidRequestException if it is none (LF-1014), or a limit is passed (LF-1002);
     *     nothing was stored
     */
    public static NewEvent ofJson(String type, String json) {
        return of(type, Payload.wrap(Json.checked(type, json)));
    }

    /** The same event under another id. */
    public NewEvent withId(EventId other) {
        return new NewEvent(other, type, schemaVersion, payload, metadata, tags);
    }

    /** The same event with another schema version. */
    public NewEvent withSchemaVersion(int other) {
        return new NewEvent(id, type, other, payload, metadata, tags);
    }

    /** The same event with other metadata. */
    public NewEvent withMetadata(Metadata other) {
        return new NewEvent(id, type, schemaVersion, payload, other, tags);
    }

    /** The same event with one metadata entry added or replaced. */
    public NewEvent withMetadata(String key, String value) {
        return withMetadata(metadata.with(key, value));
    }

    /** The same event with tags added, each written {@code key:value}. */
    public NewEvent withTags(String... more) {
        Set<Tag> all = new TreeSet<>(tags);
        for (String tag : more) {
            all.add(Tag.of(tag));
        }
        return new NewEvent(id, type, schemaVersion, payload, metadata, all);
    }

    /**
     * The bytes that count against {@link Limits#MAX_APPEND_BYTES}: payload, metadata, type and
     * tags.
     */
    public int sizeBytes() {
        int sizeBytes = payload.sizeBytes() + metadata.sizeBytes() + Names.utf8Bytes(type.value());
        for (Tag tag : tags) {
            sizeBytes += Names.utf8Bytes(tag.toString());
        }
        return sizeBytes;
    }
}
