package org.leftfold.benchmarks.sql;

import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.leftfold.api.EventStore;
import org.leftfold.benchmarks.stores.LeftfoldStore;
import org.leftfold.benchmarks.stores.SampleEvent;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.MariaDbEventStore;
import org.leftfold.jdbc.PostgresEventStore;

/** Leftfold in a database. */
public final class LeftfoldSqlStore extends LeftfoldStore {
    private static final int OTHERS = 3;

    private final OwnDatabase database;
    private final List<LeftfoldStore> others = new ArrayList<>(); // guarded by this

    LeftfoldSqlStore(OwnDatabase database) {
        super(listener ->
                open(database, database.pool(), JdbcOptions.defaults().listener(listener)));
        this.database = database;
    }

    /** Opens a store on the tables of a database, by any pool. */
    public static JdbcEventStore open(OwnDatabase database, DataSource pool, JdbcOptions options) {
        return database.isPostgres()
                ? PostgresEventStore.open(pool, options)
                : MariaDbEventStore.open(pool, options);
    }

    @Override
    public void appendByFour(String stream, long expectedVersion, List<SampleEvent> events)
            throws Exception {
        // A caller's streams have numbers that leave the same rest: each caller has one store, as
        // callers of four processes would.
        int number = Integer.parseInt(stream.substring(stream.length() - 2)) % (OTHERS + 1);
        LeftfoldStore store = number == OTHERS ? this : other(number);
        store.append(stream, expectedVersion, events);
    }

    private synchronized LeftfoldStore other(int number) {
        while (others.size() <= number) {
            DataSource pool =
                    database.newPool(OwnDatabase.CONNECTIONS / (OTHERS + 1), "another store");
            others.add(
                    new LeftfoldStore(listener ->
                            open(database, pool, JdbcOptions.defaults().listener(listener))) {});
        }
        return others.get(number);
    }

    @Override
    public void settle() throws Exception {
        database.settle();
    }

    @Override
    public OptionalLong diskBytes() throws Exception {
        return OptionalLong.of(database.diskBytes());
    }

    @Override
    public boolean canFollowElsewhere() {
        return true;
    }

    /** A second store on the same tables: it learns of appends by asking. */
    @Override
    public Closeable followElsewhere(Consumer<byte[]> handler) {
        EventStore other = open(database, database.pool(), JdbcOptions.defaults());
        Closeable following = follow(other, handler);
        return () -> {
            following.close();
            other.close();
        };
    }

    @Override
    public Closeable openSnapshot() throws SQLException {
        return database.openSnapshot();
    }

    @Override
    public void close() throws IOException {
        super.close();
        synchronized (this) {
            for (LeftfoldStore other : others) {
                other.close();
            }
        }
        database.close();
    }
}
