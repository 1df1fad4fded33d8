package org.leftfold.jdbc;

import javax.sql.DataSource;
import org.leftfold.api.EventStore;
import org.leftfold.api.StoreAdmin;
import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.TckStore;

/** A store in tables of its own, on a real server. */
final class JdbcTckStore implements TckStore {
    private final Kind kind;
    private final DataSource source;
    private final JdbcOptions options;
    private JdbcEventStore store;

    JdbcTckStore(Kind kind, TckOptions asked) {
        this.kind = kind;
        this.source = kind.forOneMoreStore();
        this.options = Kind.ownTables().clock(asked.clock()).auditPolicy(asked.policy());
        this.store = kind.open(source, options);
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
        store = kind.open(source, options);
        return store;
    }

    /** The tables stay until the server ends: removing them takes longer than most tests. */
    @Override
    public void close() {
        store.close();
    }
}
