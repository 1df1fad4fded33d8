package org.leftfold.framework.codec;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/** Stored events as older programs left them. */
final class StoredEvents {
    static final StreamName STREAM = StreamName.of("customer", "7");

    private StoredEvents() {}

    /** One that is version 3 of its stream, at position 40. */
    static RecordedEvent stored(String type, int schemaVersion, String json) {
        return new RecordedEvent(
                40,
                STREAM,
                3,
                EventId.next(),
                EventType.ofStored(type),
                schemaVersion,
                Instant.EPOCH,
                Payload.ofText(json),
                Metadata.none(),
                Set.of());
    }

    /** One that is not stored yet, in an older format. */
    static NewEvent older(String type, int schemaVersion, String json) {
        return NewEvent.of(type, Payload.ofText(json)).withSchemaVersion(schemaVersion);
    }

    /** What an event means today. */
    static <E> List<E> read(EventSchema<E> schema, String type, int schemaVersion, String json) {
        return new EventCodec<>(schema, new JsonFormat())
                .decode(stored(type, schemaVersion, json)).stream()
                        .map(DomainEvent::event)
                        .toList();
    }
}
