package org.leftfold.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.leftfold.api.EventStore;
import org.leftfold.api.StoreAdmin;
import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.TckStore;

/** A store in tables of its own, on a real server. */
final class JdbcTckStore implements TckStore {
    private final Kind kind;
    private final JdbcOptions options;
    private JdbcEventStore store;

    JdbcTckStore(Kind kind, TckOptions asked) {
        this.kind = kind;
        this.options = Kind.ownTables().clock(asked.clock()).auditPolicy(asked.policy());
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
        try (Connection connection = kind.shared().getConnection();
                Statement statement = connection.createStatement()) {
            for (String view : List.of("events_readable", "stream_versions")) {
                statement.execute(options.tables().sql("drop view {" + view + "}"));
            }
            for (String table :
                    List.of(
                            "store",
                            "streams",
                            "kinds",
                            "events",
                            "tags",
                            "acts",
                            "snapshots",
                            "checkpoints",
                            "leases",
                            "processed_messages")) {
                statement.execute(options.tables().sql("drop table {" + table + "}"));
            }
        } catch (SQLException e) {
            throw new AssertionError("the tables of a test could not be removed", e);
        }
    }
}
