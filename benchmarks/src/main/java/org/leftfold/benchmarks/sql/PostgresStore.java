package org.leftfold.benchmarks.sql;

import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;
import java.util.OptionalLong;
import org.leftfold.benchmarks.stores.BenchStore;
import org.leftfold.benchmarks.stores.PlacedEvent;

/** A store of somebody else in a PostgreSQL of its own, loaded by COPY. */
abstract class PostgresStore implements BenchStore {
    final OwnDatabase database;
    private final String copy;

    /**
     * A store in a database, which it closes.
     *
     * @param copy the statement that takes the lines of {@link #line}
     */
    PostgresStore(OwnDatabase database, String copy) {
        this.database = database;
        this.copy = copy;
    }

    /** One event as a line of the table, for loading. */
    abstract void line(PlacedEvent placed, CopyLoad to);

    @Override
    public boolean parksCallers() {
        return true;
    }

    @Override
    public void load(Iterable<PlacedEvent> events) throws SQLException {
        CopyLoad.run(database, copy, events, this::line);
    }

    @Override
    public void settle() throws SQLException {
        database.settle();
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
