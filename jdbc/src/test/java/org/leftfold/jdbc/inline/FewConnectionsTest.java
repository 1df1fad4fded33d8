package org.leftfold.jdbc.inline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.jdbc.inline.Counters.counts;
import static org.leftfold.jdbc.inline.Counters.event;
import static org.leftfold.jdbc.inline.Counters.folded;
import static org.leftfold.jdbc.inline.Counters.rows;
import static org.leftfold.jdbc.inline.Counters.stream;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.leftfold.api.AdminAct;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.ErrorPolicy;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.ProjectionListener;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.projection.Rebuild;
import org.leftfold.framework.projection.RebuildReport;
import org.leftfold.framework.transform.StreamRedesign;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.JdbcViewStore;
import org.leftfold.jdbc.Kind;
import org.leftfold.jdbc.inline.Counters.Counter;
import org.leftfold.servers.Database;
import org.leftfold.servers.SkipWithoutServer;

/** Projections in several parts do what they are asked for, however few connections a pool has. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(60)
class FewConnectionsTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    /** Of another pool for the views; 0 if they share that of the events. */
    private static final String POOLS =
            """
            POSTGRES, 1, 1
            POSTGRES, 1, 0
            POSTGRES, 2, 0
            MARIADB, 1, 0
            """;

    private HikariDataSource pool;
    private HikariDataSource viewPool;
    private HikariDataSource fillingPool;
    private JdbcEventStore store;
    private JdbcEventStore filling; // another program: who appends keeps a connection for a while
    private ViewStore views;

    private void open(Kind kind, int ofEvents, int ofViews) {
        Database database = kind.newDatabase();
        pool = Kind.pool(database, ofEvents);
        viewPool = ofViews == 0 ? pool : Kind.pool(database, ofViews);
        fillingPool = Kind.pool(database, 3);
        filling = kind.open(fillingPool, JdbcOptions.defaults());
        store = kind.open(pool, JdbcOptions.defaults());
        views = JdbcViewStore.open(viewPool);
    }

    @AfterEach
    void close() {
        store.close();
        filling.close();
        fillingPool.close();
        viewPool.close();
        pool.close();
    }

    private Projections start(Projection<?> projection) {
        return Leftfold.on(store)
                .projections(views)
                .listener(new ProjectionListener() {})
                .add(projection)
                .start();
    }

    @ParameterizedTest
    @CsvSource(textBlock = POOLS)
    void generations_are_compared_and_swapped(Kind kind, int ofEvents, int ofViews)
            throws Exception {
        open(kind, ofEvents, ofViews);
        Projection<Counter> each = Counters.each().build();
        for (int i = 0; i < 30; i++) {
            filling.append(counts(i % 7, i, 1));
        }
        new StreamRedesign(filling, new AdminAct("anna", "one counter"))
                .merge(List.of(stream(1), stream(2)), stream("both"));
        try (Projections projections = start(each)) {
            Rebuild rebuild = projections.rebuild("each");
            rebuild.begin("anna");
            assertThat(rebuild.awaitReady(LONG)).isTrue();
            for (int i = 3; i < 7; i++) {
                // what both generations miss: copies, whose originals are looked up
                filling.append(counts(i, 1));
                new StreamRedesign(filling, new AdminAct("anna", "another"))
                        .merge(List.of(stream(i)), stream("new" + i));
                RebuildReport report = rebuild.verify();
                assertThat(report.isEqual()).as(report.toString()).isTrue();
            }
            assertThat(rebuild.swapIfEqual().isEqual()).isTrue();
            assertThat(projections.await(each, store.checkpoint(), LONG)).isTrue();
            assertThat(rows(projections.rows(each))).isEqualTo(folded(store, each));
        }
    }

    /** Behind it the n-th transaction from now on fails, once. */
    private ViewStore failingOnce(AtomicInteger left) {
        return new ViewStore() {
            @Override
            public <T, X extends Exception> T inTransaction(Work<T, X> work) throws X {
                if (left.getAndDecrement() == 0) {
                    throw StoreUnavailableException.closing("a transaction of a test");
                }
                return views.inTransaction(work);
            }
        };
    }

    @Test
    void an_outage_at_the_first_comparison_spoils_no_later_one() throws Exception {
        open(Kind.POSTGRES, 1, 0);
        Projection<Counter> each = Counters.each().build();
        filling.append(counts(1, 1));
        try (Projections projections = start(each)) {
            projections.rebuild("each").begin("anna");
            assertThat(projections.rebuild("each").awaitReady(LONG)).isTrue();
        }
        int outages = 0;
        for (int n = 0; n < 4; n++) {
            AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
            try (Projections managed =
                    Leftfold.on(store).projections(failingOnce(left)).add(each).manage()) {
                left.set(n);
                try {
                    assertThat(managed.rebuild("each").verify().isEqual()).isTrue();
                } catch (StoreUnavailableException e) {
                    outages++;
                }
                left.set(Integer.MAX_VALUE);
                filling.append(counts(1, n));
                assertThat(managed.rebuild("each").verify().isEqual()).isTrue();
            }
        }
        assertThat(outages).isPositive();
    }

    @ParameterizedTest
    @CsvSource(textBlock = POOLS)
    void what_is_parked_is_tried_again(Kind kind, int ofEvents, int ofViews) throws Exception {
        open(kind, ofEvents, ofViews);
        AtomicBoolean isMended = new AtomicBoolean();
        Projection<Long> sums =
                Projection.<Counters.CounterEvent, Long>of(
                                "sums",
                                Long.class,
                                Counters.SCHEMA,
                                (row, event, key) -> {
                                    if (!isMended.get()) {
                                        throw new IllegalStateException("not yet");
                                    }
                                    return (row == null ? 0 : row) + 1;
                                })
                        .parts(3)
                        .onError(ErrorPolicy.retry(0))
                        .build();
        for (int i = 0; i < 20; i++) {
            filling.append(counts(i % 5, i, 1));
        }
        NewEvent one = event(new Counters.Counted(1));
        try (Projections projections = start(sums)) {
            assertThat(projections.await(sums, store.checkpoint(), LONG)).isTrue();
            isMended.set(true);
            filling.append(stream(1), ExpectedVersion.any(), one);
            projections.parking("sums").retryAll();
            assertThat(projections.parking("sums").list()).isEmpty();
            assertThat(projections.await(sums, store.checkpoint(), LONG)).isTrue();
            assertThat(rows(projections.rows(sums))).isEqualTo(folded(store, sums));
        }
    }
}
