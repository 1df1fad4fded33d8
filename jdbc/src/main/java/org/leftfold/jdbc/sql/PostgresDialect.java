package org.leftfold.jdbc.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.StoreUnavailableException;

/** PostgreSQL, from version 13 on. */
public final class PostgresDialect extends Dialect {
    /** "Left": tells our advisory locks from those of others. */
    private static final long LOCK_FAMILY = 0x4c656674L << 32;

    private static final String LOCK =
            """
            select set_config('idle_in_transaction_session_timeout', '10s', true),
                set_config('lock_timeout', '0', true),
                pg_advisory_xact_lock(? | '{store}'::regclass::oid::bigint)\
            """;

    private static final String INSERT_EVENTS =
            """
            insert into {events} (position, id_high, id_low, recorded_at, stream_id, version, kind_id,
                append_rest, metadata, tags, payload)
            select * from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[],
                ?::bigint[], ?::integer[], ?::integer[], ?::text[], ?::text[], ?::bytea[])\
            """;

    private static final String INSERT_TAGS =
            """
            insert into {tags} (tag_key, position)
            select * from unnest(?::bigint[], ?::bigint[])\
            """;

    private static final String FIRST_TAGGED =
            """
            select n.tag_key, n.after, (select t.position from {tags} t
                where t.tag_key = n.tag_key and t.position > n.after order by t.position limit 1)
            from unnest(?::bigint[], ?::bigint[]) n(tag_key, after)\
            """;

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public String folder() {
        return "postgresql";
    }

    @Override
    public void setName(PreparedStatement statement, int index, String name) throws SQLException {
        statement.setString(index, name);
    }

    @Override
    public @Nullable String name(ResultSet row, int column) throws SQLException {
        return row.getString(column);
    }

    @Override
    public void lock(Connection connection, Tables tables) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(tables.sql(LOCK))) {
            statement.setLong(1, LOCK_FAMILY);
            statement.execute();
        }
    }

    @Override
    protected String setIsolation() {
        return "set session characteristics as transaction isolation level ";
    }

    @Override
    protected String settings() {
        return """
        current_setting('synchronous_commit'), current_setting('fsync'),
            current_setting('transaction_isolation'), pg_is_in_recovery()\
        """;
    }

    @Override
    protected void requireSafe(ResultSet row, int first, boolean trusting) throws SQLException {
        if (row.getBoolean(first + 3)) {
            throw SqlErrors.notPrimary(name(), "pg_is_in_recovery() says so");
        }
        if (!trusting) {
            requireDurable(row.getString(first), row.getString(first + 1));
        }
        String isolation = row.getString(first + 2);
        if (!"read committed".equals(isolation)) {
            throw SqlErrors.isolation(isolation);
        }
    }

    private static void requireDurable(String synchronousCommit, String fsync)
            throws StoreUnavailableException {
        if ("off".equals(synchronousCommit)) {
            throw SqlErrors.losesData("PostgreSQL", "synchronous_commit = off", "on");
        }
        if ("off".equals(fsync)) {
            throw SqlErrors.losesData("PostgreSQL", "fsync = off", "on");
        }
    }

    @Override
    public boolean appendsDirectly(boolean isAlone) {
        return true;
    }

    @Override
    public DirectGroup.@Nullable Stored append(
            Connection connection,
            Tables tables,
            DirectGroup group,
            @Nullable Long clockMicros,
            boolean trusting)
            throws SQLException {
        connection.setAutoCommit(true);
        if (group.onlyQuestion() != null) {
            Long moment = appendKnown(connection, tables, group, clockMicros, trusting);
            if (moment != null) {
                return group.storedAsKnown(moment);
            }
        }
        boolean one = group.isOneOfKnownKind();
        String call = tables.sql(PostgresAppend.call(group, false));
        try (PreparedStatement statement = connection.prepareStatement(call)) {
            new PostgresAppend(connection, statement).bind(group, false, trusting, clockMicros);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (!row.getBoolean(1)) {
                    return null;
                }
                return new DirectGroup.Stored(
                        row.getLong(2),
                        one ? List.of(row.getLong(3)) : numbers(row, 3),
                        one ? List.of(row.getLong(4)) : numbers(row, 4),
                        row.getBoolean(5),
                        row.getLong(6));
            }
        }
    }

    /** When it was stored; null if the log ends otherwise, and nothing was changed. */
    private static @Nullable Long appendKnown(
            Connection connection,
            Tables tables,
            DirectGroup group,
            @Nullable Long clockMicros,
            boolean trusting)
            throws SQLException {
        String call = tables.sql(PostgresAppend.call(group, true));
        try (PreparedStatement statement = connection.prepareStatement(call)) {
            new PostgresAppend(connection, statement).bind(group, true, trusting, clockMicros);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                long moment = row.getLong(1);
                return row.wasNull() ? null : moment;
            }
        }
    }

    private static List<Long> numbers(ResultSet row, int column) throws SQLException {
        return List.of((Long[]) row.getArray(column).getArray());
    }

    @Override
    public void insertEvents(Connection connection, Tables tables, List<EventRow> rows)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(tables.sql(INSERT_EVENTS))) {
            PostgresArrays arrays = new PostgresArrays(connection, statement);
            arrays.longs(1, rows, EventRow::position);
            arrays.longs(2, rows, EventRow::idHigh);
            arrays.longs(3, rows, EventRow::idLow);
            arrays.longs(4, rows, EventRow::recordedAt);
            arrays.longs(5, rows, EventRow::streamId);
            arrays.longs(6, rows, EventRow::version);
            arrays.ints(7, rows, EventRow::kindId);
            arrays.ints(8, rows, EventRow::appendRest);
            arrays.texts(9, rows, EventRow::metadata);
            arrays.texts(10, rows, EventRow::tags);
            arrays.payloads(11, rows, EventRow::payload);
            statement.executeUpdate();
        }
    }

    @Override
    public void insertTags(Connection connection, Tables tables, List<TagRow> rows)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(tables.sql(INSERT_TAGS))) {
            PostgresArrays arrays = new PostgresArrays(connection, statement);
            arrays.longs(1, rows, TagRow::tagKey);
            arrays.longs(2, rows, TagRow::position);
            statement.executeUpdate();
        }
    }

    @Override
    public Map<TagAfter, Long> firstTagged(
            Connection connection, Tables tables, List<TagAfter> asked) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(tables.sql(FIRST_TAGGED))) {
            PostgresArrays arrays = new PostgresArrays(connection, statement);
            arrays.longs(1, asked, TagAfter::tagKey);
            arrays.longs(2, asked, TagAfter::after);
            return firstTagged(statement);
        }
    }

    @Override
    public boolean filesKindsInBlocks() {
        return true;
    }

    @Override
    public String nowMicros() {
        return "(extract(epoch from clock_timestamp()) * 1000000)::bigint";
    }

    @Override
    public String insertIfAbsent(String table, String columns, String values) {
        return "insert into %s (%s) values (%s) on conflict do nothing"
                .formatted(table, columns, values);
    }

    @Override
    public String ensureRow(String table, List<String> key) {
        return "insert into %s (%s) values (%s) on conflict do nothing"
                .formatted(table, String.join(", ", key), marks(key.size()));
    }

    @Override
    public String upsert(String table, List<String> key, List<String> rest) {
        return "insert into %s (%s, %s) values (%s) on conflict (%s) do update set %s"
                .formatted(
                        table,
                        String.join(", ", key),
                        String.join(", ", rest),
                        marks(key.size() + rest.size()),
                        String.join(", ", key),
                        String.join(
                                ", ",
                                rest.stream().map(name -> name + " = excluded." + name).toList()));
    }

    /** All of it in one message, and gone when the transaction ends. */
    @Override
    public List<String> begin(Connection connection, Duration statement, Duration idle)
            throws SQLException {
        connection.setAutoCommit(false);
        try (Statement begin = connection.createStatement()) {
            begin.execute(
                    """
                    set transaction isolation level read committed;
                    set local statement_timeout = %d;
                    set local idle_in_transaction_session_timeout = %d\
                    """
                            .formatted(statement.toMillis(), idle.toMillis()));
        }
        return List.of();
    }

    /** The limit of a statement is that of its waiting for locks as well. */
    @Override
    public List<String> limitWaiting(Connection connection, Duration statement, Duration idle)
            throws SQLException {
        String sql =
                """
                select set_config('statement_timeout', ?, true),
                    set_config('idle_in_transaction_session_timeout', ?, true)\
                """;
        try (PreparedStatement set = connection.prepareStatement(sql)) {
            set.setString(1, statement.toMillis() + "ms");
            set.setString(2, idle.toMillis() + "ms");
            set.execute();
        }
        return List.of();
    }

    @Override
    public Failure failure(SQLException error) {
        String state = state(error);
        if (state.startsWith("08")
                || state.startsWith("57P")
                || state.equals("25P03")
                || state.equals("25P04")
                || state.equals("53300")
                || state.isEmpty()) {
            return Failure.CONNECTION; // also: too many connections, ended while idle
        }
        if (state.startsWith("40") || state.equals("55P03") || state.equals("57014")) {
            return Failure.RETRY; // also: waited too long for a lock, or took too long
        }
        if (state.startsWith("53") || state.equals("58030")) {
            return Failure.FULL;
        }
        return switch (state) {
            case "25006" -> Failure.READ_ONLY;
            case "42501", "28000", "28P01" -> Failure.RIGHTS;
            case "42P01", "42703", "42883", "3F000", "3D000" -> Failure.MISSING_TABLE;
            default -> Failure.OTHER;
        };
    }

    @Override
    public List<String> statements(String migration) {
        return List.of(migration); // the driver sends them as one, with dollar quotes
    }

    @Override
    public long bytes(Connection connection, Tables tables) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                tables.sql(
                                        """
                                        select pg_total_relation_size('{events}')
                                            + pg_total_relation_size('{tags}')
                                            + pg_total_relation_size('{streams}')
                                            + pg_total_relation_size('{kinds}')
                                            + pg_total_relation_size('{kind_blocks}')
                                            + pg_total_relation_size('{acts}')\
                                        """))) {
            row.next();
            return row.getLong(1);
        }
    }
}
