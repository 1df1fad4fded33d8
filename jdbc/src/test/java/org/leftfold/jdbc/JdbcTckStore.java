package org.leftfold.jdbc;

import org.leftfold.api.EventStore;
import org.leftfold.api.StoreAdmin;
import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.TckStore;

/** A store in tables of its own, on a real server. */
final class JdbcTckStore implements TckStore {
    private final Kind kind;
    private final JdbcOptions tables;
    private final JdbcOptions options;
    private JdbcEventStore store;

    JdbcTckStore(Kind kind, TckOptions asked) {
        this.kind = kind;
        this.tables = kind.borrowTables();
        this.options = tables.clock(asked.clock()).auditPolicy(asked.policy());
        this.store = kind.open(kind.shared(), options);
    }

    @Override
    public EventStore store() {
        return store;
    }

    @Override
    public StoreAdmin admin() {
        return store.admin();
    }

    @Override
    public EventStore reopen() {
        store.close();
        store = kind.open(kind.shared(), options);
        return store;
    }

    @Override
    public void close() {
        store.close();
        kind.giveBackTables(tables);
    }
}
