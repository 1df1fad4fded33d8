package org.leftfold.framework.codec;

import java.time.Instant;
import java.util.Optional;
import org.leftfold.api.Metadata;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * An event of the domain in the newest schema, with what it was read from. A stored event that was
 * split by an upcaster gives several, with the same version and position.
 *
 * @param event the event
 * @param stored what it was read from; its payload is as it was written
 * @param part which of the parts of the stored event, from 1
 * @param partCount how many parts the stored event has
 */
public record DomainEvent<E>(E event, RecordedEvent stored, int part, int partCount) {
    /** Version of the stored event in its stream. */
    public long version() {
        return stored.version();
    }

    /** Position of the stored event in the whole store. */
    public long position() {
        return stored.position();
    }

    /** The stream that it belongs to. */
    public StreamName stream() {
        return stored.stream();
    }

    /** When it was recorded; orders nothing. */
    public Instant recordedAt() {
        return stored.recordedAt();
    }

    /** Who caused it, where that was said. */
    public Optional<String> actor() {
        return stored.metadata().value(Metadata.ACTOR);
    }

    /** Why, where that was said. */
    public Optional<String> reason() {
        return stored.metadata().value(Metadata.REASON);
    }

    /** Without the values of the event, which do not belong into logs. */
    @Override
    public String toString() {
        return "%s %s@%d%s"
                .formatted(
                        stored.type(),
                        stored.stream(),
                        stored.version(),
                        partCount == 1 ? "" : " part %d of %d".formatted(part, partCount));
    }
}
