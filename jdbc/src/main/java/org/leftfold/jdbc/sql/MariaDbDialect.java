package org.leftfold.jdbc.sql;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** MariaDB from 10.6 on, and MySQL from 8.0 on. */
public final class MariaDbDialect extends Dialect {
    /** A statement is below every usual max_allowed_packet, which is at least 4 MiB. */
    private static final int MAX_STATEMENT_BYTES = 2 << 20;

    private static final int MAX_ROWS = 512;

    /** So long a transaction that appends may do nothing before the server ends it. */
    private static final String IDLE_SECONDS = "10";

    private static final int SYNTAX_ERROR = 1064;

    /** What ends a statement that took too long, be it behind its commit. */
    private static final Set<Integer> TOOK_TOO_LONG = Set.of(1969, 3024);

    private static final Pattern END_OF_STATEMENT = Pattern.compile(";\\s*\n");

    private static final String LOCK = "select format from {store} where id = 1 for update";

    static final String EVENT_COLUMNS =
            "(position, stream_id, version, id_high, id_low, recorded_at, kind_id, append_rest,"
                    + " metadata, tags, payload)";

    static final String TAG_COLUMNS = "(tag_key, position)";

    private volatile boolean knowsNoBlocks; // found out by trying

    @Override
    public String name() {
        return "MariaDB";
    }

    @Override
    public String folder() {
        return "mariadb";
    }

    @Override
    public void setName(PreparedStatement statement, int index, String name) throws SQLException {
        statement.setBytes(index, name.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public @Nullable String name(ResultSet row, int column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    /** MySQL has no limit for doing nothing: there a client that is gone is noticed by TCP. */
    @Override
    public List<String> prepareForAppends(Connection connection) throws SQLException {
        List<String> back = new ArrayList<>(super.prepareForAppends(connection));
        if (isMariaDb(connection)) {
            back.addAll(set(connection, Map.of("idle_transaction_timeout", IDLE_SECONDS)));
        }
        return back;
    }

    /**
     * Asks the server and tells the server, past the driver: that one remembers what it was told
     * last, and would take the level of a connection that was set back for the one it had before.
     */
    @Override
    protected List<String> readCommitted(Connection connection) throws SQLException {
        String variable = isMariaDb(connection) ? "tx_isolation" : "transaction_isolation";
        try (Statement statement = connection.createStatement()) {
            String before;
            try (ResultSet row = statement.executeQuery("select @@session." + variable)) {
                row.next();
                before = row.getString(1).replace('-', ' ');
            }
            if (before.equals("READ COMMITTED")) {
                return List.of();
            }
            statement.execute(setIsolation() + "read committed");
            return List.of(setIsolation() + before);
        }
    }

    @Override
    public void requireCommittedReads(Connection connection) throws SQLException {
        if (connection.getTransactionIsolation() == Connection.TRANSACTION_READ_UNCOMMITTED) {
            throw SqlErrors.dirtyReads();
        }
    }

    @Override
    public void lock(Connection connection, Tables tables) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(tables.sql(LOCK))) {
            statement.execute();
        }
    }

    @Override
    protected String setIsolation() {
        return "set session transaction isolation level ";
    }

    @Override
    protected String settings() {
        return "@@innodb_flush_log_at_trx_commit, @@log_bin, @@sync_binlog, @@read_only, @@sql_log_bin";
    }

    @Override
    protected void requireSafe(ResultSet row, int first, boolean trusting) throws SQLException {
        if (row.getInt(first + 3) != 0) {
            throw SqlErrors.notPrimary(name(), "read_only is on");
        }
        if (!trusting) {
            requireDurable(row.getInt(first), row.getInt(first + 1), row.getLong(first + 2));
            requireLogged(row.getInt(first + 4));
        }
    }

    private void requireLogged(int sqlLogBin) {
        if (sqlLogBin == 0) {
            throw SqlErrors.losesData(
                    name(),
                    "sql_log_bin = 0 in this session, with which others see events before they are"
                            + " durable,",
                    "1");
        }
    }

    private void requireDurable(int flushLog, int logBin, long syncBinlog) {
        if (flushLog != 1) {
            throw SqlErrors.losesData(name(), "innodb_flush_log_at_trx_commit = " + flushLog, "1");
        }
        if (logBin == 0) {
            throw SqlErrors.losesData(
                    name(),
                    "log_bin = OFF, with which others see events before they are durable,",
                    "ON, and sync_binlog to 1");
        }
        if (syncBinlog != 1) {
            throw SqlErrors.losesData(name(), "sync_binlog = " + syncBinlog, "1");
        }
    }

    @Override
    public boolean appendsDirectly(boolean isAlone) {
        return isAlone;
    }

    @Override
    public DirectGroup.@Nullable Stored append(
            Connection connection,
            Tables tables,
            DirectGroup group,
            @Nullable Long clockMicros,
            boolean trusting)
            throws SQLException {
        LogEnd end = group.onlyQuestion();
        if (end == null
                || knowsNoBlocks
                || group.rows.size() > MAX_ROWS
                || group.tags.size() > MAX_ROWS
                || !isMariaDb(connection)) { // MySQL has no blocks outside of procedures
            return null;
        }
        List<EventRow> rows = group.knownRows();
        // as text, bytes may take twice their space
        if (2 * rows.stream().mapToLong(MariaDbDialect::bytes).sum() > MAX_STATEMENT_BYTES) {
            return null;
        }
        connection.setAutoCommit(true);
        MariaDbBlock block = new MariaDbBlock(connection, tables, group, nowMicros());
        try {
            return block.append(end, rows, clockMicros, trusting);
        } catch (SQLException e) {
            block.rollBack(e);
            knowsNoBlocks |= e.getErrorCode() == SYNTAX_ERROR; // as in the mode of another database
            if (failure(e) == Failure.OTHER) {
                return null; // the usual way says which append it is, and what is wrong
            }
            throw e;
        } catch (RuntimeException | Error e) {
            block.rollBack(e);
            throw e;
        }
    }

    static String insertInto(String table, int rows, String marks) {
        String row = "(" + marks + ")";
        return "insert into " + table + " values " + row + ("," + row).repeat(rows - 1);
    }

    @Override
    public void insertEvents(Connection connection, Tables tables, List<EventRow> rows)
            throws SQLException {
        int from = 0;
        while (from < rows.size()) {
            int to = from;
            long bytes = 0;
            while (to < rows.size() && to - from < MAX_ROWS && bytes < MAX_STATEMENT_BYTES) {
                bytes += bytes(rows.get(to));
                to++;
            }
            insertSome(connection, tables, rows.subList(from, to));
            from = to;
        }
    }

    private static long bytes(EventRow row) {
        long bytes = 128;
        bytes += row.payload() == null ? 0 : row.payload().sizeBytes();
        bytes += row.metadata() == null ? 0 : row.metadata().length();
        bytes += row.tags() == null ? 0 : row.tags().length();
        return bytes;
    }

    private static void insertSome(Connection connection, Tables tables, List<EventRow> rows)
            throws SQLException {
        String sql = insertInto("{events} " + EVENT_COLUMNS, rows.size(), marks(11));
        try (PreparedStatement statement = connection.prepareStatement(tables.sql(sql))) {
            int index = 1;
            for (EventRow row : rows) {
                index = set(statement, index, row, true);
            }
            statement.executeUpdate();
        }
    }

    /** Sets the columns of a row; gives where the next ones begin. */
    static int set(PreparedStatement statement, int first, EventRow row, boolean withTime)
            throws SQLException {
        int index = first;
        statement.setLong(index++, row.position());
        statement.setLong(index++, row.streamId());
        statement.setLong(index++, row.version());
        statement.setLong(index++, row.idHigh());
        statement.setLong(index++, row.idLow());
        if (withTime) {
            statement.setLong(index++, row.recordedAt());
        }
        statement.setInt(index++, row.kindId());
        statement.setInt(index++, row.appendRest());
        setText(statement, index++, row.metadata());
        setText(statement, index++, row.tags());
        if (row.payload() == null) {
            statement.setNull(index++, Types.VARBINARY);
        } else {
            statement.setBytes(index++, row.payload().toByteArray());
        }
        return index;
    }

    private static void setText(PreparedStatement statement, int index, @Nullable String text)
            throws SQLException {
        if (text == null) {
            statement.setNull(index, Types.VARCHAR);
        } else {
            statement.setString(index, text);
        }
    }

    @Override
    public void insertTags(Connection connection, Tables tables, List<TagRow> rows)
            throws SQLException {
        for (int from = 0; from < rows.size(); from += MAX_ROWS) {
            List<TagRow> some = rows.subList(from, Math.min(rows.size(), from + MAX_ROWS));
            String sql = insertInto("{tags} " + TAG_COLUMNS, some.size(), marks(2));
            try (PreparedStatement statement = connection.prepareStatement(tables.sql(sql))) {
                int index = 1;
                for (TagRow row : some) {
                    statement.setLong(index++, row.tagKey());
                    statement.setLong(index++, row.position());
                }
                statement.executeUpdate();
            }
        }
    }

    @Override
    public Map<TagAfter, Long> firstTagged(
            Connection connection, Tables tables, List<TagAfter> asked) throws SQLException {
        // constants: with a join the server would walk all positions of a tag
        StringJoiner sql = new StringJoiner(" union all ");
        for (TagAfter one : asked) {
            sql.add(firstBehind(one));
        }
        try (PreparedStatement statement =
                connection.prepareStatement(tables.sql(sql.toString()))) {
            return firstTagged(statement);
        }
    }

    private static String firstBehind(TagAfter one) {
        return """
        select %1$d, %2$d, (select t.position from {tags} t
            where t.tag_key = %1$d and t.position > %2$d order by t.position limit 1)\
        """
                .formatted(one.tagKey(), one.after());
    }

    @Override
    public String nowMicros() {
        return "cast(floor(unix_timestamp(sysdate(6)) * 1000000) as signed)";
    }

    @Override
    public String insertIfAbsent(String table, String columns, String values) {
        return "insert ignore into %s (%s) values (%s)".formatted(table, columns, values);
    }

    /**
     * Not {@code ignore}: whoever finds a row by that shares its lock, and two who do are stuck.
     */
    @Override
    public String ensureRow(String table, List<String> key) {
        return "insert into %s (%s) values (%s) on duplicate key update %4$s = %4$s"
                .formatted(table, String.join(", ", key), marks(key.size()), key.getFirst());
    }

    @Override
    public String upsert(String table, List<String> key, List<String> rest) {
        return "insert into %s (%s, %s) values (%s) on duplicate key update %s"
                .formatted(
                        table,
                        String.join(", ", key),
                        String.join(", ", rest),
                        marks(key.size() + rest.size()),
                        String.join(
                                ", ",
                                rest.stream()
                                        .map(name -> "%1$s = values(%1$s)".formatted(name))
                                        .toList()));
    }

    /** MySQL knows only the limit of waiting for locks. */
    @Override
    public List<String> limitWaiting(Connection connection, Duration statement, Duration idle)
            throws SQLException {
        double seconds = statement.toMillis() / 1000.0;
        Map<String, String> limits = new LinkedHashMap<>();
        limits.put("innodb_lock_wait_timeout", "" + Math.max(1, (long) Math.ceil(seconds)));
        if (isMariaDb(connection)) {
            limits.put("max_statement_time", "" + seconds);
            limits.put("idle_transaction_timeout", "" + Math.max(1, idle.toSeconds()));
        }
        return set(connection, limits);
    }

    private static boolean isMariaDb(Connection connection) throws SQLException {
        return "MariaDB".equals(connection.getMetaData().getDatabaseProductName());
    }

    /** Sets variables of the session; gives what sets them back. */
    private static List<String> set(Connection connection, Map<String, String> values)
            throws SQLException {
        List<String> now = new ArrayList<>();
        List<String> back = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row =
                    statement.executeQuery("select @@" + String.join(", @@", values.keySet()))) {
                row.next();
                for (Map.Entry<String, String> value : values.entrySet()) {
                    now.add(value.getKey() + " = " + value.getValue());
                    back.add(value.getKey() + " = " + row.getString(now.size()));
                }
            }
            statement.execute("set session " + String.join(", ", now));
        }
        return List.of("set session " + String.join(", ", back));
    }

    @Override
    public Failure failure(SQLException error) {
        String state = state(error);
        int code = error.getErrorCode();
        return switch (code) {
            case 1205, 1213, 1020, 3572, 1969, 3024 ->
                    Failure.RETRY; // lock wait, deadlock, record changed, took too long
            case 1021, 1114, 3, 28, 1026 -> Failure.FULL;
            case 1290, 1792, 1836, 1209 -> Failure.READ_ONLY;
            case 1044, 1045, 1142, 1143, 1227, 1370 -> Failure.RIGHTS;
            case 1146, 1054, 1049 -> Failure.MISSING_TABLE;
            case 1040, 1053, 1077, 1078, 1079, 1129, 1152, 1158, 1159, 1160, 1161, 1927, 4031 ->
                    Failure.CONNECTION;
            default ->
                    state.startsWith("08") || state.startsWith("70100") || state.isEmpty()
                            ? Failure.CONNECTION
                            : state.startsWith("40") ? Failure.RETRY : Failure.OTHER;
        };
    }

    @Override
    public boolean mayBeCommitted(SQLException error) {
        return TOOK_TOO_LONG.contains(error.getErrorCode());
    }

    @Override
    public List<String> statements(String migration) {
        List<String> statements = new ArrayList<>();
        for (String part : END_OF_STATEMENT.split(migration, 0)) {
            if (!part.isBlank()) {
                statements.add(part.strip());
            }
        }
        return statements;
    }

    @Override
    public long bytes(Connection connection, Tables tables) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                tables.sql(
                                        """
                                        select coalesce(sum(data_length + index_length), 0)
                                        from information_schema.tables
                                        where table_schema = database() and table_name in ('{events}',
                                            '{tags}', '{streams}', '{kinds}', '{acts}')\
                                        """))) {
            row.next();
            return row.getLong(1);
        }
    }
}
