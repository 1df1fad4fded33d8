package org.leftfold.jdbc.event;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.Payload;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.jdbc.sql.Dialect;

/**
 * One row of the table of events, with the name of its stream.
 *
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
        long firstKeptVersion,
        Set<Tag> tags,
        @Nullable Body body,
        boolean isLarge) {
    /** Bodies above this are read one by one: a page of rows must fit into memory. */
    public static final int INLINE_BYTES = 4 << 10;

    private static final String SIZE =
            "octet_length(e.payload) + coalesce(octet_length(e.metadata), 0)";

    /** What {@link #read} needs, of events {@code e} and streams {@code s}. */
    public static final String COLUMNS =
            "e.position, s.name, e.version, e.id_high, e.id_low, e.recorded_at, e.kind_id,"
                    + " e.schema_version, s.first_kept_version, e.tags, "
                    + SIZE
                    + ", case when "
                    + SIZE
                    + " <= "
                    + INLINE_BYTES
                    + " then e.metadata end, case when "
                    + SIZE
                    + " <= "
                    + INLINE_BYTES
                    + " then e.payload end";

    /** The same with streams as they were after an act: what was made unreadable since is there. */
    public static String columnsAsOfAct(long actId) {
        return COLUMNS.replace(
                "s.first_kept_version",
                "coalesce((select max(a.first_kept_version) from {acts} a"
                        + " where a.stream_id = e.stream_id and a.act_id <= "
                        + actId
                        + "), 1)");
    }

    /** The number of {@link #COLUMNS}. */
    public static final int COLUMN_COUNT = 13;

    /** Stands for the type of what was scavenged, which nobody asks for. */
    private static final EventType GONE = EventType.ofStored("gone");

    /** What an event holds. */
    public record Body(@Nullable String metadata, Payload payload) {}

    /** The row at hand. */
    public static StoredRow read(Connection connection, Dialect dialect, Kinds kinds, ResultSet row)
            throws SQLException {
        long position = row.getLong(1);
        String stream = dialect.name(row, 2);
        if (stream == null) {
            throw new SQLException("the event at position " + position + " has no stream", "LF000");
        }
        long size = row.getLong(11);
        boolean removed = row.wasNull();
        boolean large = !removed && size > INLINE_BYTES;
        Body body = null;
        if (!removed && !large) {
            byte[] payload = row.getBytes(13);
            body =
                    new Body(
                            row.getString(12),
                            payload == null ? Payload.empty() : Payload.wrap(payload));
        }
        return new StoredRow(
                position,
                StreamName.ofStored(stream),
                row.getLong(3),
                new EventId(new UUID(row.getLong(4), row.getLong(5))),
                instant(row.getLong(6)),
                removed ? GONE : kinds.type(connection, row.getInt(7)),
                row.getInt(8),
                row.getLong(9),
                EventTexts.tags(row.getString(10), position),
                body,
                large);
    }

    /** A moment from microseconds since 1970. */
    public static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** Microseconds since 1970. */
    public static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(
                Instant.EPOCH, instant.truncatedTo(ChronoUnit.MICROS)); // down, also before 1970
    }

    /** Whether it was neither truncated nor scavenged. */
    public boolean isReadable() {
        return version >= firstKeptVersion && (body != null || isLarge);
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
