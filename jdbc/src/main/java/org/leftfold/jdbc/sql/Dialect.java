package org.leftfold.jdbc.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Payload;

/** What a kind of database that may hold a whole store does in its own way. Safe for any thread. */
public abstract class Dialect extends AnyDialect {
    private static final String TAIL =
            """
            select coalesce((select max(position) from {events}), 0),
                greatest(
                    coalesce(
                        (select recorded_at from {events} order by position desc limit 1), ?),
                    coalesce((select recorded_at from {acts} order by act_id desc limit 1), ?)),
                greatest(coalesce((select max(stream_id) from {streams}), 0),
                    coalesce((select max(stream_id) from {events}), 0)),
                coalesce((select max(kind_id) from {kinds}), 0),
                coalesce((select id_high from {events} order by position desc limit 1), 0),
                coalesce((select id_low from {events} order by position desc limit 1), 0),
                coalesce((select recorded_at from {events} order by position desc limit 1), 0),\
            """;

    private static final int FIRST_SETTING = 9;

    /**
     * Prepares a connection for appending: what it commits must see what others committed, and must
     * not keep the append lock while its client is gone.
     *
     * @return what sets the connection back, for {@link #setBack}
     */
    public List<String> prepareForAppends(Connection connection) throws SQLException {
        return readCommitted(connection);
    }

    /**
     * Refuses connections on which reads see what is not committed.
     *
     * @throws org.leftfold.api.StoreUnavailableException if they do (LF-3014)
     */
    public void requireCommittedReads(Connection connection) throws SQLException {
        // most databases know no such reads
    }

    /** Takes the append lock, held to the end of the transaction, in a statement of its own. */
    public abstract void lock(Connection connection, Tables tables) throws SQLException;

    /**
     * Reads the tail of the log, after {@link #lock}.
     *
     * @param trusting whether settings that lose data are accepted
     * @throws org.leftfold.api.StoreUnavailableException if the settings of the server lose data
     *     (LF-3010) or it is no primary (LF-3012)
     */
    public Tail tail(Connection connection, Tables tables, boolean trusting) throws SQLException {
        String sql = TAIL + nowMicros() + ", " + settings();
        try (PreparedStatement statement = connection.prepareStatement(tables.sql(sql))) {
            statement.setLong(1, Long.MIN_VALUE);
            statement.setLong(2, Long.MIN_VALUE);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                requireSafe(row, FIRST_SETTING, trusting);
                return new Tail(
                        new LogEnd(row.getLong(1), row.getLong(5), row.getLong(6), row.getLong(7)),
                        row.getLong(2),
                        row.getLong(3),
                        row.getInt(4),
                        row.getLong(8));
            }
        }
    }

    /**
     * Refuses a transaction that would not be durable.
     *
     * @param trusting whether settings that lose data are accepted
     * @throws org.leftfold.api.StoreUnavailableException if the settings of the server lose data
     *     (LF-3010) or it is no primary (LF-3012)
     */
    public void requireDurable(Connection connection, boolean trusting) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select " + settings());
                ResultSet row = statement.executeQuery()) {
            row.next();
            requireSafe(row, 1, trusting);
        }
    }

    /** The settings that decide whether the store may append, as columns. */
    protected abstract String settings();

    /** Refuses settings, of which the first is in column {@code first}. */
    protected abstract void requireSafe(ResultSet row, int first, boolean trusting)
            throws SQLException;

    /**
     * Stores a group in one step and makes it durable.
     *
     * @param connection with no transaction begun; its auto commit may be set
     * @param clockMicros time of recording, or null for the database's own
     * @return null if this kind of database has no such step, or if something is not as expected
     *     and nothing was changed
     */
    public DirectGroup.@Nullable Stored append(
            Connection connection,
            Tables tables,
            DirectGroup group,
            @Nullable Long clockMicros,
            boolean trusting)
            throws SQLException {
        return null;
    }

    /** Whether an attempt that ended with an error, of those to repeat, may be committed. */
    public boolean mayBeCommitted(SQLException error) {
        return false;
    }

    /**
     * Whether {@link #append} may do anything.
     *
     * @param isAlone whether nobody else seems to append
     */
    public boolean appendsDirectly(boolean isAlone) {
        return false;
    }

    /** Inserts rows of events, in order. */
    public abstract void insertEvents(Connection connection, Tables tables, List<EventRow> rows)
            throws SQLException;

    /** Inserts rows of tags. */
    public abstract void insertTags(Connection connection, Tables tables, List<TagRow> rows)
            throws SQLException;

    /**
     * The time by the database's clock, in microseconds since 1970, as an expression; it moves on
     * within a transaction.
     */
    public abstract String nowMicros();

    /**
     * An insert of one row that does nothing, and counts no row, if a row with one of its keys is
     * there or is just being committed.
     */
    public abstract String insertIfAbsent(String table, String columns, String values);

    /**
     * The first positions of tags behind others, all of them in one statement; those that have none
     * are missing.
     */
    public abstract Map<TagAfter, Long> firstTagged(
            Connection connection, Tables tables, List<TagAfter> asked) throws SQLException;

    /** Executes a statement whose rows are a tag, a position, and the first position behind it. */
    protected static Map<TagAfter, Long> firstTagged(PreparedStatement statement)
            throws SQLException {
        Map<TagAfter, Long> first = new HashMap<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                long position = row.getLong(3);
                if (position > 0) {
                    first.put(new TagAfter(row.getLong(1), row.getLong(2)), position);
                }
            }
        }
        return first;
    }

    /**
     * Whether events are found by kind in rows of a block of positions each; else by an index of
     * the table of events.
     */
    public boolean filesKindsInBlocks() {
        return false;
    }

    /** Bytes that the tables of a store take, indexes included. */
    public abstract long bytes(Connection connection, Tables tables) throws SQLException;

    /**
     * One row of the table of events.
     *
     * @param appendRest how many events of the same append stand behind it
     */
    public record EventRow(
            long position,
            long streamId,
            long version,
            long idHigh,
            long idLow,
            long recordedAt,
            int kindId,
            int appendRest,
            @Nullable String metadata,
            @Nullable String tags,
            @Nullable Payload payload) {}

    /** A tag that is looked for behind a position. */
    public record TagAfter(long tagKey, long after) {}

    /** One row of the table of tags. */
    public record TagRow(long tagKey, long position) {}
}
