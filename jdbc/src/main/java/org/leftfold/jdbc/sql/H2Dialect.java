package org.leftfold.jdbc.sql;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * H2 from version 2 on, in any of its modes. For views only: an event store needs commits that
 * survive a crash of the machine, which H2 does not promise.
 */
public final class H2Dialect extends AnyDialect {
    private static final Pattern END_OF_STATEMENT = Pattern.compile(";\\s*\n");

    @Override
    public String name() {
        return "H2";
    }

    @Override
    public String folder() {
        return "h2";
    }

    /** Bytes: what texts are the same depends on settings there. */
    @Override
    public void setName(PreparedStatement statement, int index, String name) throws SQLException {
        statement.setBytes(index, name.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public @Nullable String name(ResultSet row, int column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    protected String setIsolation() {
        return "set session characteristics as transaction isolation level ";
    }

    @Override
    public String ensureRow(String table, List<String> key) {
        String names = String.join(", ", key);
        return "merge into %s (%s) key (%s) values (%s)"
                .formatted(table, names, names, marks(key.size()));
    }

    /** Two who make it at once: the second one waits, and then gets an error. */
    @Override
    public boolean isThere(SQLException error) {
        return error.getErrorCode() == 23505 || error.getErrorCode() == 90131;
    }

    @Override
    public String atMost() {
        return " fetch first ? rows only"; // known in all modes
    }

    @Override
    public String upsert(String table, List<String> key, List<String> rest) {
        return "merge into %s (%s, %s) key (%s) values (%s)"
                .formatted(
                        table,
                        String.join(", ", key),
                        String.join(", ", rest),
                        String.join(", ", key),
                        marks(key.size() + rest.size()));
    }

    /** H2 lives mostly in the same process: the waiting for locks is what needs a limit. */
    @Override
    public List<String> limitWaiting(Connection connection, Duration statement, Duration idle)
            throws SQLException {
        try (Statement set = connection.createStatement()) {
            String before;
            try (ResultSet row = set.executeQuery("call lock_timeout()")) {
                row.next();
                before = row.getString(1);
            }
            set.execute("set lock_timeout " + Math.min(Integer.MAX_VALUE, statement.toMillis()));
            return List.of("set lock_timeout " + before);
        }
    }

    @Override
    public Failure failure(SQLException error) {
        String state = state(error);
        return switch (error.getErrorCode()) {
            case 40001, 50200, 90131, 90112 ->
                    Failure.RETRY; // deadlock, waited for a lock, changed by another meanwhile
            case 90067, 90098, 90121, 90020, 90007, 90135, 90013 ->
                    Failure.CONNECTION; // broken, closed, in use elsewhere
            case 90100 -> Failure.FULL;
            case 90097 -> Failure.READ_ONLY;
            case 90096, 28000, 90040 -> Failure.RIGHTS;
            case 42102, 42103, 42104, 42122, 90079 -> Failure.MISSING_TABLE;
            default ->
                    state.startsWith("08") || state.isEmpty()
                            ? Failure.CONNECTION
                            : state.startsWith("40") ? Failure.RETRY : Failure.OTHER;
        };
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
}
