package org.leftfold.benchmarks.sql;

import java.io.Closeable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.leftfold.benchmarks.stores.EventSink;
import org.leftfold.benchmarks.stores.StreamReader;

/** A store that is read by selects: a stream as a whole, the log page by page. */
abstract class SelectedStore extends PostgresStore {
    private final Selects selects;

    /**
     * How it is read.
     *
     * @param stream all events of a stream, which is the parameter, in their order
     * @param page the next events of the log behind a position, which is the parameter
     * @param head the last position
     * @param pollMillis how often a follower asks for the next page when there was none
     */
    record Selects(String stream, String page, String head, long pollMillis) {}

    SelectedStore(OwnDatabase database, String copy, Selects selects) {
        super(database, copy);
        this.selects = selects;
    }

    /** Gives the event of a row of {@code stream} and {@code page}. */
    abstract void give(ResultSet row, EventSink sink) throws SQLException;

    /** Gives all rows; returns whether there were any. */
    private boolean giveAll(PreparedStatement select, EventSink sink) throws SQLException {
        boolean found = false;
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                found = true;
                give(row, sink);
            }
        }
        return found;
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
                PreparedStatement select = connection.prepareStatement(selects.page)) {
            do {
                select.setLong(1, last[0]);
            } while (giveAll(select, counting));
        }
    }

    @Override
    public StreamReader openReader() {
        return new StreamReader() {
            @Override
            public void read(String stream, EventSink sink) throws SQLException {
                try (Connection connection = database.pool().getConnection();
                        PreparedStatement select = connection.prepareStatement(selects.stream)) {
                    select.setString(1, stream);
                    giveAll(select, sink);
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
        long[] last = {head()};
        EventSink sink =
                (position, stream, version, type, payload, metadata) -> {
                    last[0] = position;
                    handler.accept(payload);
                };
        return new Poller(
                "follower",
                selects.pollMillis,
                () -> {
                    try (Connection connection = database.pool().getConnection();
                            PreparedStatement select = connection.prepareStatement(selects.page)) {
                        select.setLong(1, last[0]);
                        return giveAll(select, sink);
                    }
                });
    }

    private long head() throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement select = connection.prepareStatement(selects.head);
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
