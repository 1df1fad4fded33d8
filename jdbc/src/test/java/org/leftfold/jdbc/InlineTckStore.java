package org.leftfold.jdbc;

import java.util.concurrent.atomic.AtomicLong;
import org.leftfold.api.EventStore;
import org.leftfold.api.StoreAdmin;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.projection.Keying;
import org.leftfold.framework.projection.Projection;
import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.TckStore;

/** A store in tables of its own, on a real server, with a view that changes with every append. */
final class InlineTckStore implements TckStore {
    private static final AtomicLong VIEWS = new AtomicLong();

    private final Kind kind;
    private final JdbcOptions tables;
    private final JdbcOptions options;
    private final Projection<Long> projection =
            Projection.of(
                            "tck-" + VIEWS.incrementAndGet(),
                            Long.class,
                            EventSchema.of(Known.class),
                            (row, event, key) -> row == null ? 1 : row + 1)
                    .keyedBy(Keying.single("all"))
                    .build();
    private JdbcEventStore beneath;
    private EventStore store;

    /** The events of most tests have other types: the view is told how far it is all the same. */
    @EventName("Placed")
    record Known() {}

    InlineTckStore(Kind kind, TckOptions asked) {
        this.kind = kind;
        this.tables = kind.borrowTables();
        this.options = tables.clock(asked.clock()).auditPolicy(asked.policy());
        this.beneath = kind.open(kind.shared(), options);
        this.store = inline();
    }

    private EventStore inline() {
        return Leftfold.on(beneath)
                .projections(JdbcViewStore.open(kind.shared()))
                .add(projection)
                .inline();
    }

    @Override
    public EventStore store() {
        return store;
    }

    @Override
    public StoreAdmin admin() {
        return beneath.admin();
    }

    @Override
    public EventStore reopen() {
        store.close();
        beneath = kind.open(kind.shared(), options);
        store = inline();
        return store;
    }

    @Override
    public void close() {
        store.close();
        kind.giveBackTables(tables);
    }
}
