package org.leftfold.benchmarks.sql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.leftfold.benchmarks.stores.EventSink;
import org.leftfold.benchmarks.stores.PlacedEvent;
import org.leftfold.benchmarks.stores.SampleEvent;
import org.leftfold.benchmarks.stores.WrongVersionException;

/**
 * The functions of message-db, installed from its own scripts without the roles. All streams are of
 * the category {@code order}, so that a read by category is a read of the whole log.
 */
final class MessageDbStore extends SelectedStore {
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

    /** A follower asks as often as that of its client library. */
    private static final Selects SELECTS =
            new Selects(
                    "select * from get_stream_messages(?, 0, 1000)",
                    "select * from get_category_messages('order', ? + 1, 1000)",
                    "select max(global_position) from messages",
                    100);

    private static final String COPY =
            "copy message_store.messages (id, stream_name, type, position, data, metadata)"
                    + " from stdin";

    private static final String RAISED = "P0001";

    MessageDbStore(OwnDatabase database, Path scripts) throws IOException, SQLException {
        super(database, COPY, SELECTS);
        for (String script : SCRIPTS) {
            database.execute(Files.readString(scripts.resolve(script + ".sql")));
        }
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
    void line(PlacedEvent placed, CopyLoad to) {
        to.id()
                .field(placed.stream())
                .field(placed.event().type())
                .field(placed.version() - 1)
                .text(placed.event().payload())
                .text(placed.event().metadata());
    }

    @Override
    void give(ResultSet row, EventSink sink) throws SQLException {
        sink.accept(
                row.getLong("global_position"),
                row.getString("stream_name"),
                row.getLong("position") + 1,
                row.getString("type"),
                row.getBytes("data"),
                row.getBytes("metadata"));
    }
}
