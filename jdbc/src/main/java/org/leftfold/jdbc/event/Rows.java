package org.leftfold.jdbc.event;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
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

    /** 0 if the event was removed. */
    private static final String KIND = "case when e.payload is null then 0 else e.kind_id end";

    /** Each column costs about as much as reading the row: what can be left out is. */
    private static final String COLUMNS =
            "e.position, e.stream_id, e.version, e.id_high, e.id_low, e.recorded_at, "
                    + KIND
                    + ", nullif(e.append_rest, 0), e.tags, ";

    private static final String LAST_ACT = "(select coalesce(max(a.act_id), 0) from {acts} a)";

    /** Where the last act is, or the first kept version of the stream. */
    private static final int KEPT = 10;

    private static final int METADATA = 11;
    private static final int PAYLOAD = 12;

    /** For walks: large bodies are left behind. */
    private static final String BODY =
            ", " + INLINE + "e.metadata end, " + INLINE + "e.payload end";

    /** For comparing: all bodies. */
    private static final String WHOLE_BODY = ", e.metadata, e.payload";

    /** Where the head is, if it was asked for. */
    private static final int HEAD = 13;

    /** Stands for the kind of what was scavenged, for which nobody asks. */
    private static final Kinds.Typed GONE = new Kinds.Typed(EventType.ofStored("gone"), 1);

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
     * Where the names of streams come from, and from which version on each is kept.
     *
     * @param firstKept an expression for the first version that is kept; empty where it is looked
     *     up with the name
     * @param only the stream of all rows; null where they are of many, whose names are looked up
     */
    public record Origin(String firstKept, @Nullable StreamName only) {
        /** Rows of any streams, as they are now. */
        public static final Origin ANY = new Origin("", null);
    }

    /**
     * The columns to select, of events {@code e}.
     *
     * @param head an expression for the head; empty where nobody asks: each column costs in each
     *     row
     */
    public static String columns(Origin origin, String head) {
        return COLUMNS
                + (origin.firstKept().isEmpty() ? LAST_ACT : origin.firstKept())
                + BODY
                + (head.isEmpty() ? "" : ", " + head);
    }

    /** The same of any streams with all bodies, however large. */
    public static String wholeColumns() {
        return COLUMNS + LAST_ACT + WHOLE_BODY;
    }

    /**
     * Rows and what came with them.
     *
     * @param head what the expression for the head gave; 0 without rows
     */
    public record Found(List<StoredRow> rows, long head) {}

    /** Executes a statement that selects {@link #columns} or {@link #wholeColumns}. */
    public Found select(Connection connection, Sql sql, Origin origin) throws SQLException {
        List<Raw> raws = new ArrayList<>();
        long kept = 0;
        long head = 0;
        try (PreparedStatement statement = sql.prepare(connection, database);
                ResultSet rows = statement.executeQuery()) {
            boolean bringsHead = rows.getMetaData().getColumnCount() >= HEAD;
            while (rows.next()) {
                if (raws.isEmpty()) { // of one statement, so of one moment: the same in all rows
                    kept = rows.getLong(KEPT);
                    head = bringsHead ? rows.getLong(HEAD) : 0;
                }
                raws.add(Raw.read(rows, origin.firstKept().isEmpty() ? 0 : rows.getLong(KEPT)));
            }
        }
        StreamNames.@Nullable Stream[] of = streamsOf(connection, raws, kept, origin);
        List<StoredRow> made = new ArrayList<>(raws.size());
        for (int i = 0; i < of.length; i++) {
            made.add(make(connection, raws.get(i), of[i]));
        }
        return new Found(made, head);
    }

    /**
     * The stream of each row, null where it is lost.
     *
     * @param kept the last act, where the rows do not bring what is kept of their streams
     */
    private StreamNames.@Nullable Stream[] streamsOf(
            Connection connection, List<Raw> raws, long kept, Origin origin) throws SQLException {
        StreamName only = origin.only();
        if (only != null) {
            StreamNames.@Nullable Stream[] same = new StreamNames.Stream[raws.size()];
            Arrays.fill(same, new StreamNames.Stream(only, kept));
            return same;
        }
        boolean isLookedUp = origin.firstKept().isEmpty();
        long[] ids = raws.stream().mapToLong(Raw::streamId).toArray();
        StreamNames.@Nullable Stream[] named = streams.find(connection, ids, isLookedUp ? kept : 0);
        for (int i = 0; i < ids.length && !isLookedUp; i++) {
            StreamNames.Stream stream = named[i];
            named[i] =
                    stream == null
                            ? null
                            : new StreamNames.Stream(stream.name(), raws.get(i).firstKept());
        }
        return named;
    }

    private StoredRow make(Connection connection, Raw raw, StreamNames.@Nullable Stream stream)
            throws SQLException {
        if (stream == null) {
            throw SqlErrors.lostRow(
                    database.where(),
                    "stream number " + raw.streamId(),
                    "the event at position " + raw.position());
        }
        Kinds.Typed kind =
                raw.isRemoved() ? GONE : kinds.typed(connection, raw.kindId(), raw.position());
        return new StoredRow(
                raw.position(),
                stream.name(),
                raw.version(),
                new EventId(new UUID(raw.idHigh(), raw.idLow())),
                StoredRow.instant(raw.recordedAt()),
                kind.type(),
                kind.schemaVersion(),
                raw.appendRest(),
                stream.firstKeptVersion(),
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
            int appendRest,
            @Nullable String tags,
            boolean isRemoved,
            StoredRow.@Nullable Body body,
            long firstKept) {
        static Raw read(ResultSet row, long firstKept) throws SQLException {
            byte[] payload = row.getBytes(PAYLOAD);
            int kindId = row.getInt(7);
            return new Raw(
                    row.getLong(1),
                    row.getLong(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5),
                    row.getLong(6),
                    kindId,
                    row.getInt(8), // 0 for null
                    row.getString(9),
                    kindId == 0,
                    payload == null
                            ? null
                            : new StoredRow.Body(row.getString(METADATA), Payload.wrap(payload)),
                    firstKept);
        }
    }
}
