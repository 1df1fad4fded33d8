package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.JdbcViewHandler;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.MariaDbServer;
import org.leftfold.servers.PostgresServer;
import org.leftfold.servers.SkipWithoutServer;

/** Views in trouble: outages, small pools, handlers that do what they must not. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(120)
class ViewTroubleTest {
    private static final Duration PATIENCE = Duration.ofMillis(1_500);

    private final SplittableRandom random = new SplittableRandom(7_030);

    /** The patience counts from the error, not from the last event. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_view_that_was_quiet_for_long_survives_a_short_outage(Kind kind) throws Exception {
        AtomicBoolean down = new AtomicBoolean();
        try (HikariDataSource pool = pool(kind, 4);
                JdbcEventStore store =
                        kind.open(
                                switched(pool, down), JdbcOptions.defaults().patience(PATIENCE))) {
            ViewTable table = new ViewTable(pool);
            AtomicBoolean fails = new AtomicBoolean();
            JdbcViewHandler handler =
                    (connection, event) -> {
                        if (fails.getAndSet(false)) {
                            throw new SQLTransientConnectionException("lost", "08006");
                        }
                        table.apply(connection, event);
                    };
            append(store, 1);
            try (Subscription view = store.views().follow("quiet", Query.all(), handler)) {
                awaitEqual(view, table, pool, store);
                long since = System.nanoTime();
                Waiting.until(
                        "the view was quiet for longer than its patience",
                        () -> System.nanoTime() - since > PATIENCE.plusMillis(300).toNanos());
                fails.set(true);
                append(store, 1);
                awaitEqual(view, table, pool, store);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void followers_and_views_start_again_after_an_outage_that_ended_them(Kind kind)
            throws Exception {
        AtomicBoolean down = new AtomicBoolean();
        try (HikariDataSource pool = pool(kind, 4);
                JdbcEventStore store =
                        kind.open(
                                switched(pool, down), JdbcOptions.defaults().patience(PATIENCE))) {
            ViewTable table = new ViewTable(pool);
            append(store, 3);
            try (Subscription view = store.views().follow("sums", Query.all(), table)) {
                awaitEqual(view, table, pool, store);
                down.set(true);
                assertThatThrownBy(() -> view.completion().get(20, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class);
            }
            down.set(false);
            append(store, 3);
            CompletableFuture<RecordedEvent> seen = new CompletableFuture<>();
            try (Subscription view = store.views().follow("sums", Query.all(), table);
                    Subscription follower =
                            store.follow(FollowRequest.fromStart(Query.all()), seen::complete)) {
                assertThat(seen.get(20, TimeUnit.SECONDS).position()).isEqualTo(1);
                assertThat(follower.completion()).isNotDone();
                awaitEqual(view, table, pool, store);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void as_many_views_as_there_are_connections_catch_up(Kind kind) throws Exception {
        try (HikariDataSource pool = pool(kind, 4);
                JdbcEventStore store = kind.open(pool, JdbcOptions.defaults())) {
            append(store, 4_000);
            List<ViewTable> tables = new ArrayList<>();
            List<Subscription> views = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                tables.add(new ViewTable(pool));
                views.add(store.views().follow("sums-" + i, Query.all(), tables.get(i)));
            }
            for (int i = 0; i < 4; i++) {
                awaitEqual(views.get(i), tables.get(i), pool, store);
                views.get(i).close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_view_that_is_reset_while_nothing_comes_is_filled_again(Kind kind) throws Exception {
        DataSource source = kind.shared();
        ViewTable table = new ViewTable(source);
        try (JdbcEventStore store = kind.open(source, Kind.ownTables())) {
            append(store, 40);
            try (Subscription view = store.views().follow("sums", Query.all(), table)) {
                awaitEqual(view, table, source, store);
                Waiting.until("the view is live", view::isLive);
                store.views().reset("sums", table::clear);
                awaitEqual(view, table, source, store);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_handler_that_ends_its_transaction_ends_its_view(Kind kind) throws Exception {
        DataSource source = kind.shared();
        for (boolean commits : List.of(true, false)) {
            ViewTable table = new ViewTable(source);
            try (JdbcEventStore store = kind.open(source, Kind.ownTables())) {
                append(store, 10);
                JdbcViewHandler handler =
                        (connection, event) -> {
                            table.apply(connection, event);
                            if (event.position() == 5 && commits) {
                                connection.commit();
                            } else if (event.position() == 5) {
                                connection.rollback();
                            }
                        };
                try (Subscription view = store.views().follow("sums", Query.all(), handler)) {
                    assertThatThrownBy(() -> view.completion().get(20, TimeUnit.SECONDS))
                            .cause()
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("must not commit, roll back");
                    assertThat(store.checkpoints().load("sums")).isEmpty();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void what_depends_on_the_end_of_a_view_may_close_it(Kind kind) throws Exception {
        DataSource source = kind.shared();
        try (JdbcEventStore store = kind.open(source, Kind.ownTables())) {
            append(store, 1);
            CompletableFuture<Void> closed = new CompletableFuture<>();
            Subscription view =
                    store.views()
                            .follow(
                                    "sums",
                                    Query.all(),
                                    (connection, event) -> {
                                        throw new IllegalStateException("poisoned");
                                    });
            CompletableFuture<Void> unused =
                    view.completion()
                            .whenComplete((done, failure) -> {
                                view.close();
                                closed.complete(null);
                            });
            closed.get(20, TimeUnit.SECONDS);
            view.close();
            assertThat(view.completion()).isCompletedExceptionally();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = "POSTGRES")
    void events_that_do_not_concern_a_live_view_move_its_checkpoint_after_a_while(Kind kind)
            throws Exception {
        DataSource source = kind.shared();
        ViewTable table = new ViewTable(source);
        try (JdbcEventStore store = kind.open(source, Kind.ownTables())) {
            append(store, 1);
            Query nothing = Query.category("nothing");
            try (Subscription view = store.views().follow("idle", nothing, table)) {
                Waiting.until("the view is live", view::isLive);
                for (int i = 0; i < 5; i++) {
                    append(store, 1);
                }
                Waiting.until(
                        "its checkpoint is kept",
                        () -> view.checkpoint().equals(store.checkpoint()));
            }
        }
    }

    private static HikariDataSource pool(Kind kind, int connections) {
        return Kind.pool(
                (kind == Kind.POSTGRES ? PostgresServer.shared() : MariaDbServer.shared())
                        .newDatabase(),
                connections);
    }

    /** A source that has no connections while a switch is on. */
    private static DataSource switched(DataSource source, AtomicBoolean down) {
        return (DataSource)
                Proxy.newProxyInstance(
                        ViewTroubleTest.class.getClassLoader(),
                        new Class<?>[] {DataSource.class},
                        (proxy, method, arguments) -> {
                            if (method.getReturnType() == Connection.class && down.get()) {
                                throw new SQLTransientConnectionException("down", "08001");
                            }
                            try {
                                return method.invoke(source, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private void append(EventStore store, int events) {
        for (int i = 0; i < events; i += 100) {
            store.append(
                    new StreamName("viewed-" + random.nextInt(5)),
                    ExpectedVersion.any(),
                    random.ints(Math.min(100, events - i))
                            .mapToObj(any -> Samples.event(random))
                            .toList());
        }
    }

    private static void awaitEqual(
            Subscription view, ViewTable table, DataSource source, EventStore store) {
        ViewTable.Sums wanted = ViewTable.Sums.of(store.read(ReadRequest.all()).toList());
        Waiting.until(
                "the view holds " + wanted,
                () -> view.completion().isDone() || table.sums(source).equals(wanted));
        assertThat(table.sums(source)).isEqualTo(wanted);
    }
}
