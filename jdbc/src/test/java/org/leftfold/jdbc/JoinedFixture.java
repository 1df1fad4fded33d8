package org.leftfold.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.leftfold.api.Append;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/** A store and a view of the caller beside it, in one database. */
final class JoinedFixture implements AutoCloseable {
    static final StreamName ORDER = new StreamName("order-1");
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    final Kind kind;
    final DataSource source;
    final JdbcOptions options;
    final JdbcEventStore store;
    final ExecutorService threads = Executors.newCachedThreadPool();
    private final String view;

    JoinedFixture(Kind kind) {
        this(kind, kind.shared(), Kind.ownTables());
    }

    JoinedFixture(Kind kind, DataSource source, JdbcOptions options) {
        this.kind = kind;
        this.source = source;
        this.options = options;
        this.store = kind.open(source, options);
        this.view = options.tables().sql("{view}");
        execute("create table " + view + " (name varchar(60) primary key, total bigint)");
    }

    /** A transaction of the caller. */
    Connection begin() throws SQLException {
        return begin(source);
    }

    static Connection begin(DataSource from) throws SQLException {
        Connection connection = from.getConnection();
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        return connection;
    }

    void view(Connection connection, String name) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into " + view + " values (?, 0)")) {
            insert.setString(1, name);
            insert.executeUpdate();
        }
    }

    void count(Connection connection, String name) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement(
                        "update " + view + " set total = total + 1 where name = ?")) {
            update.setString(1, name);
            update.executeUpdate();
        }
    }

    /** What the view holds, for everybody. */
    long viewRows() throws SQLException {
        return number("select count(*) from " + view);
    }

    long total() throws SQLException {
        return number("select coalesce(sum(total), 0) from " + view);
    }

    long number(String sql) throws SQLException {
        try (Connection connection = source.getConnection()) {
            return number(connection, sql);
        }
    }

    static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    void execute(String sql) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    static NewEvent event(String type) {
        return NewEvent.ofJson(type, "{}");
    }

    static Append append(String type) {
        return append(ORDER, type);
    }

    static Append append(StreamName stream, String type) {
        return Append.to(stream, ExpectedVersion.any(), event(type));
    }

    List<RecordedEvent> events() {
        return events(store);
    }

    static List<RecordedEvent> events(EventStore from) {
        return from.read(ReadRequest.all()).toList();
    }

    List<String> types() {
        return events().stream().map(event -> event.type().value()).toList();
    }

    List<Long> positions() {
        return events().stream().map(RecordedEvent::position).toList();
    }

    /** Waits until some transaction of the server waits for a lock. */
    void awaitLockWait() {
        String sql =
                kind == Kind.POSTGRES
                        ? "select count(*) from pg_locks where not granted"
                        : "select variable_value from information_schema.global_status"
                                + " where variable_name = 'innodb_row_lock_current_waits'";
        await(() -> {
            try {
                return number(sql) > 0;
            } catch (SQLException e) {
                throw new AssertionError(sql, e);
            }
        });
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not happen in 30 seconds");
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        store.close();
        execute("drop table " + view);
        kind.dropTables(source, options);
    }
}
