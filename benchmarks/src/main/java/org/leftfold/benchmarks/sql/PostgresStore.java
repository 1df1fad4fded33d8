package org.leftfold.benchmarks.sql;

import java.sql.SQLException;
import org.leftfold.benchmarks.stores.PlacedEvent;

/** A store of somebody else in a PostgreSQL of its own, loaded by COPY. */
abstract class PostgresStore extends ServerStore {
    private final String copy;

    /**
     * A store in a database, which it closes.
     *
     * @param copy the statement that takes the lines of {@link #line}
     */
    PostgresStore(OwnDatabase database, String copy) {
        super(database);
        this.copy = copy;
    }

    /** One event as a line of the table, for loading. */
    abstract void line(PlacedEvent placed, CopyLoad to);

    @Override
    public void load(Iterable<PlacedEvent> events) throws SQLException {
        CopyLoad.run(database, copy, events, this::line);
    }
}
