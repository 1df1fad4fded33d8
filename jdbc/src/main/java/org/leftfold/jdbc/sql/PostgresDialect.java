package org.leftfold.jdbc.sql;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Payload;
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

    private static final String TAIL =
            """
            select coalesce((select max(position) from {events}), 0),
                greatest(
                    coalesce(
                        (select recorded_at from {events} order by position desc limit 1), ?),
                    coalesce((select recorded_at from {acts} order by act_id desc limit 1), ?)),
                coalesce((select max(stream_id) from {streams}), 0),
                coalesce((select max(kind_id) from {kinds}), 0),
                (extract(epoch from clock_timestamp()) * 1000000)::bigint,
                current_setting('synchronous_commit'),
                current_setting('fsync'),
                current_setting('transaction_isolation'),
                pg_is_in_recovery()\
            """;

    private static final String INSERT_EVENTS =
            """
            insert into {events} (position, stream_id, version, id_high, id_low, recorded_at, kind_id,
                schema_version, metadata, tags, payload)
            select * from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[],
                ?::bigint[], ?::integer[], ?::integer[], ?::text[], ?::text[], ?::bytea[])\
            """;

    private static final String INSERT_TAGS =
            """
            insert into {tags} (tag_key, position)
            select * from unnest(?::bigint[], ?::bigint[])\
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
    public void prepareForAppends(Connection connection) throws SQLException {
        if (connection.getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        }
    }

    @Override
    public void lock(Connection connection, Tables tables) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(tables.sql(LOCK))) {
            statement.setLong(1, LOCK_FAMILY);
            statement.execute();
        }
    }

    @Override
    public Tail tail(Connection connection, Tables tables, boolean trusting) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(tables.sql(TAIL))) {
            statement.setLong(1, Long.MIN_VALUE);
            statement.setLong(2, Long.MIN_VALUE);
            return tail(statement, trusting);
        }
    }

    private Tail tail(PreparedStatement statement, boolean trusting) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            if (row.getBoolean(9)) {
                throw SqlErrors.notPrimary(name(), "pg_is_in_recovery() says so");
            }
            if (!trusting) {
                requireDurable(row.getString(6), row.getString(7));
            }
            String isolation = row.getString(8);
            if (!"read committed".equals(isolation)) {
                throw SqlErrors.isolation(isolation);
            }
            return new Tail(
                    row.getLong(1), row.getLong(2), row.getLong(3), row.getInt(4), row.getLong(5));
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
    public boolean appendsDirectly() {
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
        try (PreparedStatement statement =
                connection.prepareStatement(tables.sql(PostgresAppend.CALL))) {
            PostgresAppend.bind(connection, statement, group, clockMicros, trusting);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (!row.getBoolean(1)) {
                    return null;
                }
                Long[] versions = (Long[]) row.getArray(3).getArray();
                return new DirectGroup.Stored(row.getLong(2), List.of(versions));
            }
        }
    }

    @Override
    public void insertEvents(Connection connection, Tables tables, List<EventRow> rows)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(tables.sql(INSERT_EVENTS))) {
            bindEvents(connection, statement, 1, rows);
            statement.executeUpdate();
        }
    }

    /** Binds rows of events as eleven arrays, from one parameter on. */
    static void bindEvents(
            Connection connection, PreparedStatement statement, int first, List<EventRow> rows)
            throws SQLException {
        int count = rows.size();
        long[][] longs = new long[6][count];
        Integer[] kinds = new Integer[count];
        Integer[] schemas = new Integer[count];
        @Nullable String[] metadata = new String[count];
        @Nullable String[] tags = new String[count];
        byte[] @Nullable [] payloads = new byte[count] @Nullable [];
        for (int i = 0; i < count; i++) {
            EventRow row = rows.get(i);
            longs[0][i] = row.position();
            longs[1][i] = row.streamId();
            longs[2][i] = row.version();
            longs[3][i] = row.idHigh();
            longs[4][i] = row.idLow();
            longs[5][i] = row.recordedAt();
            kinds[i] = row.kindId();
            schemas[i] = row.schemaVersion();
            metadata[i] = row.metadata();
            tags[i] = row.tags();
            Payload payload = row.payload();
            payloads[i] = payload == null ? null : payload.toByteArray();
        }
        int index = first;
        for (long[] column : longs) {
            statement.setArray(index++, array(connection, "int8", column));
        }
        statement.setArray(index++, connection.createArrayOf("int4", kinds));
        statement.setArray(index++, connection.createArrayOf("int4", schemas));
        statement.setArray(index++, connection.createArrayOf("text", metadata));
        statement.setArray(index++, connection.createArrayOf("text", tags));
        statement.setArray(index, connection.createArrayOf("bytea", payloads));
    }

    static Array array(Connection connection, String type, long[] values) throws SQLException {
        Long[] boxed = new Long[values.length];
        for (int i = 0; i < boxed.length; i++) {
            boxed[i] = values[i];
        }
        return connection.createArrayOf(type, boxed);
    }

    @Override
    public void insertTags(Connection connection, Tables tables, List<TagRow> rows)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(tables.sql(INSERT_TAGS))) {
            statement.setArray(
                    1,
                    array(connection, "int8", rows.stream().mapToLong(TagRow::tagKey).toArray()));
            statement.setArray(
                    2,
                    array(connection, "int8", rows.stream().mapToLong(TagRow::position).toArray()));
            statement.executeUpdate();
        }
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
                                            + pg_total_relation_size('{acts}')\
                                        """))) {
            row.next();
            return row.getLong(1);
        }
    }
}
