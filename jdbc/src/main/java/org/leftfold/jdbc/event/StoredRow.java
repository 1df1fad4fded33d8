package org.leftfold.jdbc.event;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.Payload;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;

/**
 * One row of the table of events, with the name of its stream.
 *
 * @param appendRest how many events of the same append stand behind it
 * @param firstKeptVersion first version of its stream that may be read
 * @param body payload and metadata; null if they were scavenged, or are large and were left behind
 * @param isLarge whether they were left behind
 */
public record StoredRow(
        long position,
        StreamName stream,
        long version,
        EventId id,
        Instant recordedAt,
        EventType type,
        int schemaVersion,
        int appendRest,
        long firstKeptVersion,
        Set<Tag> tags,
        @Nullable Body body,
        boolean isLarge) {

    private static final long MICROS = 1_000_000;
    private static final long NANOS_OF_ONE = 1_000;

    /** What an event holds. */
    public record Body(@Nullable String metadata, Payload payload) {}

    /** A moment from microseconds since 1970. */
    public static Instant instant(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * NANOS_OF_ONE);
    }

    /** Microseconds since 1970, rounded down, also before it. */
    public static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant.truncatedTo(ChronoUnit.MICROS));
    }

    /** Whether it was neither truncated nor scavenged. */
    public boolean isReadable() {
        return version >= firstKeptVersion && (body != null || isLarge);
    }

    /** Whether it was the last of its append. */
    public boolean endsAppend() {
        return appendRest == 0;
    }

    /** The event, which is readable and has this body. */
    public RecordedEvent event(Body held) {
        return new RecordedEvent(
                position,
                stream,
                version,
                id,
                type,
                schemaVersion,
                recordedAt,
                held.payload(),
                EventTexts.metadata(held.metadata(), position),
                tags);
    }
}
