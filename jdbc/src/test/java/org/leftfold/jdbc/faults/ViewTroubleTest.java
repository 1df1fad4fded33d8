package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
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
import org.leftfold.api.FollowRequest;
import org.leftfold.api.Query;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Subscription;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.JdbcViewHandler;
import org.leftfold.jdbc.Kind;
import org.leftfold.jdbc.Switched;
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
        try (HikariDataSource pool = kind.newPool(4);
                JdbcEventStore store =
                        kind.open(
                                Switched.source(pool, down::get),
                                JdbcOptions.defaults().patience(PATIENCE))) {
            ViewTable table = new ViewTable(pool);
            AtomicBoolean fails = new AtomicBoolean();
            JdbcViewHandler handler =
                    (connection, event) -> {
                        if (fails.getAndSet(false)) {
                            throw new SQLTransientConnectionException("lost", "08006");
                        }
                        table.apply(connection, event);
                    };
            ViewTable.append(store, random, 1);
            try (Subscription view = store.views().follow("quiet", Query.all(), handler)) {
                table.awaitEqual(view, pool, store);
                long since = System.nanoTime();
                Waiting.until(
                        "the view was quiet for longer than its patience",
                        () -> System.nanoTime() - since > PATIENCE.plusMillis(300).toNanos());
                fails.set(true);
                ViewTable.append(store, random, 1);
                table.awaitEqual(view, pool, store);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void followers_and_views_start_again_after_an_outage_that_ended_them(Kind kind)
            throws Exception {
        AtomicBoolean down = new AtomicBoolean();
        try (HikariDataSource pool = kind.newPool(4);
                JdbcEventStore store =
                        kind.open(
                                Switched.source(pool, down::get),
                                JdbcOptions.defaults().patience(PATIENCE))) {
            ViewTable table = new ViewTable(pool);
            ViewTable.append(store, random, 3);
            try (Subscription view = store.views().follow("sums", Query.all(), table)) {
                table.awaitEqual(view, pool, store);
                down.set(true);
                assertThatThrownBy(() -> view.completion().get(20, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class);
            }
            down.set(false);
            ViewTable.append(store, random, 3);
            CompletableFuture<RecordedEvent> seen = new CompletableFuture<>();
            try (Subscription view = store.views().follow("sums", Query.all(), table);
                    Subscription follower =
                            store.follow(FollowRequest.fromStart(Query.all()), seen::complete)) {
                assertThat(seen.get(20, TimeUnit.SECONDS).position()).isEqualTo(1);
                assertThat(follower.completion()).isNotDone();
                table.awaitEqual(view, pool, store);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void as_many_views_as_there_are_connections_catch_up(Kind kind) throws Exception {
        try (HikariDataSource pool = kind.newPool(4);
                JdbcEventStore store = kind.open(pool, JdbcOptions.defaults())) {
            ViewTable.append(store, random, 4_000);
            List<ViewTable> tables = new ArrayList<>();
            List<Subscription> views = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                tables.add(new ViewTable(pool));
                views.add(store.views().follow("sums-" + i, Query.all(), tables.get(i)));
            }
            for (int i = 0; i < 4; i++) {
                tables.get(i).awaitEqual(views.get(i), pool, store);
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
            ViewTable.append(store, random, 40);
            try (Subscription view = store.views().follow("sums", Query.all(), table)) {
                table.awaitEqual(view, source, store);
                Waiting.until("the view is live", view::isLive);
                store.views().reset("sums", table::clear);
                table.awaitEqual(view, source, store);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = "POSTGRES")
    void events_that_do_not_concern_a_live_view_move_its_checkpoint_after_a_while(Kind kind)
            throws Exception {
        DataSource source = kind.shared();
        ViewTable table = new ViewTable(source);
        try (JdbcEventStore store = kind.open(source, Kind.ownTables())) {
            ViewTable.append(store, random, 1);
            Query nothing = Query.category("nothing");
            try (Subscription view = store.views().follow("idle", nothing, table)) {
                Waiting.until("the view is live", view::isLive);
                for (int i = 0; i < 5; i++) {
                    ViewTable.append(store, random, 1);
                }
                Waiting.until(
                        "its checkpoint is kept",
                        () -> view.checkpoint().equals(store.checkpoint()));
            }
        }
    }
}
