package org.leftfold.benchmarks.sql;

import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;
import java.util.OptionalLong;
import org.leftfold.benchmarks.stores.BenchStore;

/** A store of somebody else in a database of its own, which is closed with it. */
abstract class ServerStore implements BenchStore {
    final OwnDatabase database;

    ServerStore(OwnDatabase database) {
        this.database = database;
    }

    @Override
    public boolean parksCallers() {
        return true;
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
