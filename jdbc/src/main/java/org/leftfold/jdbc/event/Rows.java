package org.leftfold.jdbc.event;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.Payload;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Sql;
import org.leftfold.jdbc.sql.SqlErrors;

/**
 * Makes rows of events from what a statement gives. The table is read alone: the names of streams
 * and types are remembered, or looked up for a whole page. Safe for any thread.
 */
public final class Rows {
    /** Bodies above this are read apart: a page of rows must fit into memory. */
    private static final int INLINE_BYTES = 4 << 10;

    private static final String SIZE =
            "octet_length(e.payload) + coalesce(octet_length(e.metadata), 0)";

    private static final String INLINE = "case when " + SIZE + " <= " + INLINE_BYTES + " then ";

    private static final String COLUMNS =
            "e.position, e.stream_id, e.version, e.id_high, e.id_low, e.recorded_at, e.kind_id,"
                    + " e.schema_version, e.tags, e.payload is null, e.append_rest,"
                    + " (select coalesce(max(a.act_id), 0) from {acts} a)";

    /** For walks: large bodies are left behind. */
    private static final String BODY =
            ", " + INLINE + "e.metadata end, " + INLINE + "e.payload end";

    /** For comparing: all bodies. */
    private static final String WHOLE_BODY = ", e.metadata, e.payload";

    /** Where the first kept version and the head are, if they were asked for. */
    private static final int FIRST_KEPT = 15;

    private static final int HEAD = 16;
    private static final String NOT_ASKED = "0";

    /** Stands for the type of what was scavenged, which nobody asks for. */
    private static final EventType GONE = EventType.ofStored("gone");

    private final Database database;
    private final Kinds kinds;
    private final StreamNames streams;

    /** Rows of a store. */
    public Rows(Database database, Kinds kinds) {
        this.database = database;
        this.kinds = kinds;
        this.streams = new StreamNames(database);
    }

    /** The kinds of events. */
    public Kinds kinds() {
        return kinds;
    }

    /** The database. */
    public Database database() {
        return database;
    }

    /**
     * The columns to select, of events {@code e}.
     *
     * @param firstKept an expression for the first version of the stream that is kept, or "0" where
     *     it is to be looked up
     * @param head an expression for the head, or "0" where nobody asks: each column costs in each
     *     row, so both are left out where neither is asked for
     */
    public static String columns(String firstKept, String head) {
        boolean isPlain = firstKept.equals(NOT_ASKED) && head.equals(NOT_ASKED);
        return COLUMNS + BODY + (isPlain ? "" : ", " + firstKept + ", " + head);
    }

    /** The same with all bodies, however large. */
    public static String wholeColumns() {
        return COLUMNS + WHOLE_BODY;
    }

    /**
     * Rows and what came with them.
     *
     * @param head what the expression for the head gave; 0 without rows
     */
    public record Found(List<StoredRow> rows, long head) {}

    /** Executes a statement that selects {@link #columns} or {@link #wholeColumns}. */
    public Found select(Connection connection, Sql sql) throws SQLException {
        List<Raw> raws = new ArrayList<>();
        long act = 0;
        long head = 0;
        try (PreparedStatement statement = sql.prepare(connection, database);
                ResultSet rows = statement.executeQuery()) {
            boolean isPlain = rows.getMetaData().getColumnCount() < FIRST_KEPT;
            while (rows.next()) {
                if (raws.isEmpty()) { // of one statement, so of one moment: the same in all rows
                    act = rows.getLong(12);
                    head = isPlain ? 0 : rows.getLong(HEAD);
                }
                raws.add(Raw.read(rows, isPlain ? 0 : rows.getLong(FIRST_KEPT)));
            }
        }
        long[] ids = raws.stream().mapToLong(Raw::streamId).toArray();
        StreamNames.@Nullable Stream[] named = streams.find(connection, ids, act);
        List<StoredRow> made = new ArrayList<>(raws.size());
        for (int i = 0; i < ids.length; i++) {
            made.add(make(connection, raws.get(i), named[i]));
        }
        return new Found(made, head);
    }

    private StoredRow make(Connection connection, Raw raw, StreamNames.@Nullable Stream stream)
            throws SQLException {
        if (stream == null) {
            throw SqlErrors.lostRow(
                    database.where(),
                    "stream number " + raw.streamId(),
                    "the event at position " + raw.position());
        }
        return new StoredRow(
                raw.position(),
                stream.name(),
                raw.version(),
                new EventId(new UUID(raw.idHigh(), raw.idLow())),
                StoredRow.instant(raw.recordedAt()),
                raw.isRemoved() ? GONE : kinds.type(connection, raw.kindId(), raw.position()),
                raw.schemaVersion(),
                raw.appendRest(),
                raw.firstKept() > 0 ? raw.firstKept() : stream.firstKeptVersion(),
                EventTexts.tags(raw.tags(), raw.position()),
                raw.body(),
                !raw.isRemoved() && raw.body() == null);
    }

    /** A row before its names are known. */
    private record Raw(
            long position,
            long streamId,
            long version,
            long idHigh,
            long idLow,
            long recordedAt,
            int kindId,
            int schemaVersion,
            int appendRest,
            @Nullable String tags,
            boolean isRemoved,
            StoredRow.@Nullable Body body,
            long firstKept) {
        static Raw read(ResultSet row, long firstKept) throws SQLException {
            byte[] payload = row.getBytes(14);
            return new Raw(
                    row.getLong(1),
                    row.getLong(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5),
                    row.getLong(6),
                    row.getInt(7),
                    row.getInt(8),
                    row.getInt(11),
                    row.getString(9),
                    row.getBoolean(10),
                    payload == null
                            ? null
                            : new StoredRow.Body(row.getString(13), Payload.wrap(payload)),
                    firstKept);
        }
    }
}
