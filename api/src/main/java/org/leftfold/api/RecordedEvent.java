package org.leftfold.api;

import java.time.Instant;
import java.util.Set;

/**
 * An event as the store holds it. It never changes (G7).
 *
 * @param position its place in the whole store, from 1, in commit order
 * @param stream the stream it belongs to
 * @param version its place in that stream, from 1
 * @param id its identity within the stream
 * @param type its declared name
 * @param schemaVersion the version of the payload's format
 * @param recordedAt when the store recorded it, in microseconds; never earlier than the event
 *     before it, and never what orders events
 * @param payload its body, byte for byte as it was appended
 * @param metadata who, why and the like
 * @param tags labels to find it by
 */
public record RecordedEvent(
        long position,
        StreamName stream,
        long version,
        EventId id,
        EventType type,
        int schemaVersion,
        Instant recordedAt,
        Payload payload,
        Metadata metadata,
        Set<Tag> tags) {

    /** The event without its place: what was appended. */
    public NewEvent toNewEvent() {
        return new NewEvent(id, type, schemaVersion, payload, metadata, tags);
    }

    /**
     * Whether {@code event} is the one that this was stored from: everything the writer chose is
     * equal.
     */
    public boolean hasContentOf(NewEvent event) {
        return id.equals(event.id())
                && type.equals(event.type())
                && schemaVersion == event.schemaVersion()
                && payload.equals(event.payload())
                && metadata.equals(event.metadata())
                && tags.equals(event.tags());
    }
}
