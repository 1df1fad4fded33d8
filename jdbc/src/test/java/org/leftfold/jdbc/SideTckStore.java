package org.leftfold.jdbc;

import java.util.function.Function;
import org.leftfold.testkit.disk.ManualTime;
import org.leftfold.testkit.tck.spi.SpiTckStore;

/**
 * A store beside the log, in tables of its own on a real server.
 *
 * @param <S> its contract
 */
final class SideTckStore<S> implements SpiTckStore<S> {
    private final Kind kind;
    private final JdbcOptions tables;
    private final JdbcOptions options;
    private final Function<JdbcEventStore, S> side;
    private JdbcEventStore log;

    private SideTckStore(
            Kind kind, JdbcOptions tables, JdbcOptions options, Function<JdbcEventStore, S> side) {
        this.kind = kind;
        this.tables = tables;
        this.options = options;
        this.side = side;
        this.log = kind.open(kind.shared(), options);
    }

    static <S> SideTckStore<S> of(Kind kind, Function<JdbcEventStore, S> side) {
        JdbcOptions tables = kind.borrowTables();
        return new SideTckStore<>(kind, tables, tables, side);
    }

    static <S> SideTckStore<S> of(Kind kind, ManualTime time, Function<JdbcEventStore, S> side) {
        JdbcOptions tables = kind.borrowTables();
        return new SideTckStore<>(kind, tables, tables.clock(time), side);
    }

    @Override
    public S store() {
        return side.apply(log);
    }

    @Override
    public S reopen() {
        log.close();
        log = kind.open(kind.shared(), options);
        return store();
    }

    @Override
    public void close() {
        log.close();
        kind.giveBackTables(tables);
    }
}
