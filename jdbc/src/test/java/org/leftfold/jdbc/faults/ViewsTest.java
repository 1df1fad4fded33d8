package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Query;
import org.leftfold.api.Subscription;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.SkipWithoutServer;

/** An event takes effect on a view once, whatever is cut, undone or started twice. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(300)
class ViewsTest {
    private final SplittableRandom random = new SplittableRandom(7_010);

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_view_holds_what_was_there_and_what_comes(Kind kind) throws SQLException {
        DataSource source = kind.shared();
        JdbcOptions options = Kind.ownTables();
        ViewTable table = new ViewTable(source);
        try (JdbcEventStore store = kind.open(source, options);
                JdbcEventStore other = kind.open(source, options)) {
            ViewTable.append(store, random, 700);
            try (Subscription view = store.views().follow("sums", Query.all(), table)) {
                table.awaitEqual(view, source, store);
                ViewTable.append(other, random, 20);
                table.awaitEqual(view, source, store);
                Waiting.until("it says so", () -> view.checkpoint().equals(store.checkpoint()));
                assertThat(store.checkpoints().load("sums")).contains(view.checkpoint());
            }
            ViewTable.append(other, random, 5);
            try (Subscription view = other.views().follow("sums", Query.all(), table)) {
                table.awaitEqual(view, source, store);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_view_that_does_not_concern_the_events_moves_its_checkpoint_all_the_same(Kind kind)
            throws SQLException {
        DataSource source = kind.shared();
        ViewTable table = new ViewTable(source);
        try (JdbcEventStore store = kind.open(source, Kind.ownTables())) {
            ViewTable.append(store, random, 30);
            Query nothing = Query.category("nothing");
            try (Subscription view = store.views().follow("idle", nothing, table)) {
                Waiting.until("the view is live", view::isLive);
                Waiting.until(
                        "its checkpoint is kept",
                        () -> view.checkpoint().equals(store.checkpoint()));
            }
            assertThat(table.sums(source).events()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_handler_that_fails_stops_the_view_before_what_was_undone(Kind kind) throws Exception {
        DataSource source = kind.shared();
        ViewTable table = new ViewTable(source);
        try (JdbcEventStore store = kind.open(source, Kind.ownTables())) {
            ViewTable.append(store, random, 30);
            AtomicBoolean fails = new AtomicBoolean(true);
            try (Subscription view =
                    store.views()
                            .follow(
                                    "sums",
                                    Query.all(),
                                    (connection, event) -> {
                                        table.apply(connection, event);
                                        if (fails.get() && event.position() == 20) {
                                            throw new IllegalStateException("poisoned");
                                        }
                                    })) {
                assertThatThrownBy(() -> view.completion().get(20, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .hasRootCauseMessage("poisoned");
                assertThat(view.checkpoint()).isEqualTo(store.checkpoint().beginning());
                assertThat(view.isLive()).isFalse();
            }
            assertThat(table.sums(source).events()).isZero();
            fails.set(false);
            try (Subscription view = store.views().follow("sums", Query.all(), table)) {
                table.awaitEqual(view, source, store);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_view_that_is_reset_begins_again_while_it_runs(Kind kind) throws SQLException {
        DataSource source = kind.shared();
        ViewTable table = new ViewTable(source);
        try (JdbcEventStore store = kind.open(source, Kind.ownTables())) {
            ViewTable.append(store, random, 40);
            AtomicInteger applied = new AtomicInteger();
            try (Subscription view =
                    store.views()
                            .follow(
                                    "sums",
                                    Query.all(),
                                    (connection, event) -> {
                                        applied.incrementAndGet();
                                        table.apply(connection, event);
                                    })) {
                table.awaitEqual(view, source, store);
                store.views().reset("sums", table::clear);
                ViewTable.append(store, random, 1); // the view notices when it is to be changed
                table.awaitEqual(view, source, store);
                assertThat(applied.get()).isGreaterThanOrEqualTo(40 + 41);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void three_instances_of_a_view_apply_each_event_once(Kind kind) throws SQLException {
        DataSource source = kind.shared();
        JdbcOptions options = Kind.ownTables();
        ViewTable table = new ViewTable(source);
        List<Subscription> views = new ArrayList<>();
        try (JdbcEventStore first = kind.open(source, options);
                JdbcEventStore second = kind.open(source, options);
                JdbcEventStore third = kind.open(source, options)) {
            ViewTable.append(first, random, 300);
            for (JdbcEventStore store : List.of(first, second, third)) {
                views.add(store.views().follow("sums", Query.all(), table));
            }
            ViewTable.append(second, random, 300);
            for (int i = 0; i < 50; i++) {
                ViewTable.append(third, random, 1);
            }
            table.awaitEqual(views.getFirst(), source, first);
            assertThat(views).allSatisfy(view -> assertThat(view.completion()).isNotDone());
            views.forEach(Subscription::close);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_event_takes_effect_once_whichever_answer_is_lost(Kind kind) throws Exception {
        try (CutBench bench = new CutBench(kind)) {
            ViewTable table = new ViewTable(bench.directPool());
            int lost = 0;
            for (int answer = 1; answer <= 14; answer++) {
                ViewTable.append(bench.direct(), random, 3);
                var loss = bench.proxy().loseAnswer(answer);
                try (Subscription view = bench.cut().views().follow("sums", Query.all(), table)) {
                    ViewTable.append(bench.direct(), random, 1);
                    table.awaitEqual(view, bench.directPool(), bench.direct());
                    ViewTable.append(bench.direct(), random, 2);
                    table.awaitEqual(view, bench.directPool(), bench.direct());
                    lost += loss.isDone() ? 1 : 0;
                }
            }
            assertThat(lost).as("answers that were lost").isGreaterThan(7);
        }
    }

    @Test
    void many_events_share_a_transaction_while_a_view_catches_up() throws SQLException {
        DataSource source = Kind.POSTGRES.shared();
        ViewTable table = new ViewTable(source);
        Set<Long> transactions = ConcurrentHashMap.newKeySet();
        try (JdbcEventStore store = Kind.POSTGRES.open(source, Kind.ownTables())) {
            ViewTable.append(store, random, 400);
            try (Subscription view =
                    store.views()
                            .follow(
                                    "sums",
                                    Query.all(),
                                    (connection, event) -> {
                                        transactions.add(number(connection));
                                        table.apply(connection, event);
                                    })) {
                table.awaitEqual(view, source, store);
                assertThat(transactions).hasSizeBetween(1, 40);
                int before = transactions.size();
                for (int i = 0; i < 5; i++) {
                    ViewTable.append(store, random, 1);
                    table.awaitEqual(view, source, store);
                }
                assertThat(transactions).hasSize(before + 5);
            }
        }
    }

    private static long number(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select txid_current()")) {
            row.next();
            return row.getLong(1);
        }
    }
}
