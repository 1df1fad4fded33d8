package org.leftfold.benchmarks.stores;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * SQLite with a write-ahead log and {@code synchronous=FULL}: one table, one unique index, one
 * writing connection. Each append is a transaction; grouped, many appends are one.
 */
final class SqliteStore implements BenchStore {
    private static final int MAX_APPENDS_PER_COMMIT = 1024;
    private static final int LOAD_BATCH = 10_000;
    private static final byte[] NO_ID = new byte[16];
    private static final List<String> PRAGMAS =
            List.of(
                    "journal_mode=WAL",
                    "synchronous=FULL",
                    "cache_size=-200000",
                    "mmap_size=2000000000",
                    "busy_timeout=10000");
    private static final String TABLE =
            """
            create table if not exists events(
                position integer primary key, stream text not null, version int not null, id blob,
                type text not null, payload blob not null, metadata blob, recorded_at int)
            """;
    private static final String INSERT =
            """
            insert into events(stream, version, id, type, payload, metadata, recorded_at)
            values(?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String SELECT_ALL =
            "select position, stream, version, type, payload, metadata from events order by"
                    + " position";

    private static final String SELECT_STREAM =
            "select position, stream, version, type, payload, metadata from events where stream = ?"
                    + " order by version";

    private final ReentrantLock lock = new ReentrantLock(); // over the connection, if not grouped
    private final String url;
    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement selectVersion;
    private final @Nullable GroupCommit<GroupedAppend> commits;

    SqliteStore(Path directory, boolean grouped) throws SQLException {
        url = "jdbc:sqlite:" + directory.resolve("events.db");
        connection = connect();
        try (Statement statement = connection.createStatement()) {
            statement.execute(TABLE);
            statement.execute(
                    "create unique index if not exists events_stream_version on"
                            + " events(stream, version)");
        }
        connection.setAutoCommit(false);
        insert = connection.prepareStatement(INSERT);
        selectVersion =
                connection.prepareStatement("select max(version) from events where stream = ?");
        commits =
                grouped
                        ? new GroupCommit<>("sqlite-commit", MAX_APPENDS_PER_COMMIT, this::commit)
                        : null;
    }

    private Connection connect() throws SQLException {
        Connection opened = DriverManager.getConnection(url);
        try (Statement statement = opened.createStatement()) {
            for (String pragma : PRAGMAS) {
                statement.execute("pragma " + pragma);
            }
        }
        return opened;
    }

    @Override
    public boolean parksCallers() {
        return commits != null;
    }

    @Override
    public void append(String stream, long expectedVersion, List<SampleEvent> events)
            throws Exception {
        if (commits != null) {
            commits.submit(new GroupedAppend(stream, expectedVersion, events));
            return;
        }
        lock.lock();
        try {
            put(stream, expectedVersion, events);
            connection.commit();
        } catch (SQLException | WrongVersionException e) {
            connection.rollback();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private void commit(List<GroupCommit.Item<GroupedAppend>> items) throws SQLException {
        for (GroupCommit.Item<GroupedAppend> item : items) {
            GroupedAppend append = item.value;
            try {
                put(append.stream(), append.expectedVersion(), append.events());
            } catch (WrongVersionException e) {
                item.completeExceptionally(e);
            }
        }
        connection.commit();
    }

    private void put(String stream, long expectedVersion, List<SampleEvent> events)
            throws SQLException, WrongVersionException {
        long actualVersion = version(stream);
        if (actualVersion != expectedVersion) {
            throw new WrongVersionException(stream, expectedVersion, actualVersion);
        }
        long version = expectedVersion;
        for (SampleEvent event : events) {
            insert(stream, ++version, event);
        }
    }

    private long version(String stream) throws SQLException {
        selectVersion.setString(1, stream);
        try (ResultSet row = selectVersion.executeQuery()) {
            return row.next() ? row.getLong(1) : 0; // The maximum of nothing is null, read as 0.
        }
    }

    private void insert(String stream, long version, SampleEvent event) throws SQLException {
        insert.setString(1, stream);
        insert.setLong(2, version);
        insert.setBytes(3, NO_ID);
        insert.setString(4, event.type());
        insert.setBytes(5, event.payload());
        insert.setBytes(6, event.metadata());
        insert.setLong(7, System.currentTimeMillis());
        insert.executeUpdate();
    }

    @Override
    public void load(Iterable<PlacedEvent> events) throws SQLException {
        int count = 0;
        for (PlacedEvent placed : events) {
            insert(placed.stream(), placed.version(), placed.event());
            count++;
            if (count % LOAD_BATCH == 0) {
                connection.commit();
            }
        }
        connection.commit();
    }

    @Override
    public void settle() throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma wal_checkpoint(truncate)");
            statement.execute("analyze");
        }
        connection.setAutoCommit(false);
    }

    @Override
    public void replay(EventSink sink) throws SQLException {
        try (Connection reader = connect();
                PreparedStatement select = reader.prepareStatement(SELECT_ALL)) {
            give(select, sink);
        }
    }

    private static void give(PreparedStatement select, EventSink sink) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                sink.accept(
                        row.getLong(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getString(4),
                        row.getBytes(5),
                        row.getBytes(6));
            }
        }
    }

    /** A connection of its own, for readers do not wait for each other then. */
    @Override
    public StreamReader openReader() throws SQLException {
        Connection reader = connect();
        PreparedStatement select = reader.prepareStatement(SELECT_STREAM);
        return new StreamReader() {
            @Override
            public void read(String stream, EventSink sink) throws SQLException {
                select.setString(1, stream);
                give(select, sink);
            }

            @Override
            public void close() throws IOException {
                try {
                    select.close();
                    reader.close();
                } catch (SQLException e) {
                    throw new IOException("a connection of SQLite did not close", e);
                }
            }
        };
    }

    @Override
    public OptionalDouble appendsPerCommit() {
        return commits == null ? OptionalDouble.empty() : commits.itemsPerCommit();
    }

    @Override
    public void close() throws IOException {
        if (commits != null) {
            commits.close();
        }
        try {
            insert.close();
            selectVersion.close();
            connection.close();
        } catch (SQLException e) {
            throw new IOException("SQLite did not close", e);
        }
    }
}
