package org.leftfold.benchmarks.sql;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.leftfold.benchmarks.stores.BenchStore;
import org.leftfold.benchmarks.stores.EventSink;
import org.leftfold.benchmarks.stores.PlacedEvent;
import org.leftfold.benchmarks.stores.SampleEvent;
import org.leftfold.benchmarks.stores.StreamReader;
import org.leftfold.benchmarks.stores.WrongVersionException;

/**
 * The functions of message-db, installed from its own scripts without the roles. All streams are of
 * the category {@code order}, so that a read by category is a read of the whole log.
 */
final class MessageDbStore implements BenchStore {
    /** In the order of its installer; the views and the privileges of roles are not measured. */
    private static final List<String> SCRIPTS =
            List.of(
                    "schema/message-store",
                    "tables/messages",
                    "types/message",
                    "functions/message-store-version",
                    "functions/hash-64",
                    "functions/acquire-lock",
                    "functions/category",
                    "functions/is-category",
                    "functions/id",
                    "functions/cardinal-id",
                    "functions/stream-version",
                    "functions/write-message",
                    "functions/get-stream-messages",
                    "functions/get-category-messages",
                    "functions/get-last-stream-message",
                    "indexes/messages-id",
                    "indexes/messages-stream",
                    "indexes/messages-category");

    private static final String WRITE = "select write_message(?, ?, ?, ?::jsonb, ?::jsonb, ?)";
    private static final String READ_STREAM = "select * from get_stream_messages(?, 0, 1000)";
    private static final String READ_CATEGORY =
            "select * from get_category_messages('order', ?, 1000)";
    private static final String COPY =
            "copy message_store.messages (id, stream_name, type, position, data, metadata)"
                    + " from stdin";

    /** As often as its client library asks. */
    private static final long POLL_MILLIS = 100;

    private static final String RAISED = "P0001";

    private final OwnDatabase database;

    MessageDbStore(OwnDatabase database, Path scripts) throws IOException, SQLException {
        this.database = database;
        for (String script : SCRIPTS) {
            database.execute(Files.readString(scripts.resolve(script + ".sql")));
        }
    }

    @Override
    public boolean parksCallers() {
        return true;
    }

    /** The type of the columns changes blanks and the order of fields. */
    @Override
    public byte[] givenBack(byte[] json) {
        return JsonbForm.of(json);
    }

    /** The function takes one message, so several are a transaction. */
    @Override
    public void append(String stream, long expectedVersion, List<SampleEvent> events)
            throws SQLException, WrongVersionException {
        try (Connection connection = database.pool().getConnection();
                PreparedStatement call = connection.prepareStatement(WRITE)) {
            boolean isLarge = events.size() > 1;
            if (isLarge) {
                connection.setAutoCommit(false);
            }
            long position = expectedVersion - 1;
            for (SampleEvent event : events) {
                call.setString(1, CopyLoad.newId().toString());
                call.setString(2, stream);
                call.setString(3, event.type());
                call.setString(4, new String(event.payload(), StandardCharsets.UTF_8));
                call.setString(5, new String(event.metadata(), StandardCharsets.UTF_8));
                call.setLong(6, position++);
                call.execute();
            }
            if (isLarge) {
                connection.commit();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            if (RAISED.equals(e.getSQLState())) {
                throw new WrongVersionException("refused by the function", e);
            }
            throw e;
        }
    }

    @Override
    public void load(Iterable<PlacedEvent> events) throws SQLException {
        CopyLoad.run(
                database,
                COPY,
                events,
                (placed, to) ->
                        to.id()
                                .field(placed.stream())
                                .field(placed.event().type())
                                .field(placed.version() - 1)
                                .text(placed.event().payload())
                                .text(placed.event().metadata()));
    }

    @Override
    public void settle() throws SQLException {
        database.settle();
    }

    private static int give(PreparedStatement select, EventSink sink) throws SQLException {
        int count = 0;
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                count++;
                sink.accept(
                        row.getLong("global_position"),
                        row.getString("stream_name"),
                        row.getLong("position") + 1,
                        row.getString("type"),
                        row.getBytes("data"),
                        row.getBytes("metadata"));
            }
        }
        return count;
    }

    @Override
    public void replay(EventSink sink) throws SQLException {
        long[] last = {0};
        EventSink counting =
                (position, stream, version, type, payload, metadata) -> {
                    last[0] = position;
                    sink.accept(position, stream, version, type, payload, metadata);
                };
        try (Connection connection = database.pool().getConnection();
                PreparedStatement select = connection.prepareStatement(READ_CATEGORY)) {
            boolean found = true;
            while (found) {
                select.setLong(1, last[0] + 1);
                found = give(select, counting) > 0;
            }
        }
    }

    @Override
    public StreamReader openReader() {
        return new StreamReader() {
            @Override
            public void read(String stream, EventSink sink) throws SQLException {
                try (Connection connection = database.pool().getConnection();
                        PreparedStatement select = connection.prepareStatement(READ_STREAM)) {
                    select.setString(1, stream);
                    give(select, sink);
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public boolean canFollowElsewhere() {
        return true;
    }

    @Override
    public Closeable followElsewhere(Consumer<byte[]> handler) throws SQLException {
        long[] last = {0};
        try (Connection connection = database.connect();
                PreparedStatement select =
                        connection.prepareStatement("select max(global_position) from messages");
                ResultSet row = select.executeQuery()) {
            row.next();
            last[0] = row.getLong(1);
        }
        EventSink sink =
                (position, stream, version, type, payload, metadata) -> {
                    last[0] = position;
                    handler.accept(payload);
                };
        return new Poller(
                "message-db-follower",
                POLL_MILLIS,
                () -> {
                    try (Connection connection = database.pool().getConnection();
                            PreparedStatement select = connection.prepareStatement(READ_CATEGORY)) {
                        select.setLong(1, last[0] + 1);
                        return give(select, sink) > 0;
                    }
                });
    }

    @Override
    public OptionalLong diskBytes() throws SQLException {
        return OptionalLong.of(database.diskBytes());
    }

    @Override
    public Closeable openSnapshot() throws SQLException {
        return database.openSnapshot();
    }

    @Override
    public void close() throws IOException {
        database.close();
    }
}
