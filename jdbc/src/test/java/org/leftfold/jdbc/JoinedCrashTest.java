package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.jdbc.JoinedFixture.ORDER;
import static org.leftfold.jdbc.JoinedFixture.event;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.servers.CuttingProxy;
import org.leftfold.servers.Database;
import org.leftfold.servers.DatabaseServer;
import org.leftfold.servers.SkipWithoutServer;

/** Whatever ends a joined transaction in between ends all of it. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JoinedCrashTest {
    private static final Append OPENED =
            Append.to(ORDER, ExpectedVersion.noStream(), event("Opened"));

    /** One transaction with a message, a view and an event; the crash comes after so many steps. */
    private static AppendResult handle(
            JoinedFixture there, Connection connection, int steps, Runnable crash)
            throws SQLException {
        try (JoinedAppends joined = there.store.joining(connection)) {
            crashAt(0, steps, crash);
            assertThat(there.store.processedMessages().begin(connection, "billing", "m1")).isTrue();
            crashAt(1, steps, crash);
            there.view(connection, "row");
            crashAt(2, steps, crash);
            AppendResult result = joined.appendNow(OPENED);
            crashAt(3, steps, crash);
            if (result.repeated()) {
                connection.rollback();
            } else {
                connection.commit();
                joined.committed();
            }
            return result;
        }
    }

    private static void crashAt(int step, int steps, Runnable crash) {
        if (step == steps) {
            crash.run();
        }
    }

    /** The transaction is there so many times as a whole, and behind it these events. */
    private static void assertWhole(JoinedFixture there, int times, String... behind)
            throws SQLException {
        List<String> types = new ArrayList<>(Collections.nCopies(times, "Opened"));
        Collections.addAll(types, behind);
        assertThat(there.types()).isEqualTo(types);
        assertThat(there.viewRows()).isEqualTo(times);
        assertThat(
                        there.number(
                                there.options
                                        .tables()
                                        .sql("select count(*) from {processed_messages}")))
                .isEqualTo(times);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_server_that_is_killed_in_between_leaves_neither(Kind kind) throws Exception {
        try (DatabaseServer server = kind.start();
                HikariDataSource pool = Kind.pool(server.newDatabase(), 8);
                JoinedFixture there = new JoinedFixture(kind, pool, Kind.ownTables())) {
            for (int steps = 1; steps <= 3; steps++) {
                int crashAfter = steps;
                try (Connection connection = there.begin()) {
                    assertThatThrownBy(() -> handle(there, connection, crashAfter, server::kill))
                            .satisfiesAnyOf(
                                    e -> assertThat(e).isInstanceOf(SQLException.class),
                                    e ->
                                            assertThat(e)
                                                    .isInstanceOf(StoreUnavailableException.class));
                }
                server.restart();
                assertWhole(there, 0);
            }
            try (Connection connection = there.begin()) {
                handle(there, connection, -1, () -> {});
            }
            server.kill();
            server.restart();
            assertWhole(there, 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_commit_whose_answer_is_lost_is_settled_by_repeating_it(Kind kind) throws Exception {
        Database database = kind.newDatabase();
        try (HikariDataSource direct = Kind.pool(database, 8);
                CuttingProxy proxy = CuttingProxy.before(database.server());
                HikariDataSource cut =
                        Kind.pool(
                                proxy.jdbcUrl(database.name()),
                                database.user(),
                                database.password(),
                                2);
                JoinedFixture there = new JoinedFixture(kind, direct, Kind.ownTables())) {
            try (Connection connection = JoinedFixture.begin(cut)) {
                assertThatThrownBy(() ->
                                handle(
                                        there,
                                        connection,
                                        3,
                                        () -> {
                                            CompletableFuture<Void> unused =
                                                    proxy.loseAnswerTo("COMMIT");
                                        }))
                        .isInstanceOf(SQLException.class);
            }
            assertWhole(there, 1); // the server had executed it
            try (Connection connection = JoinedFixture.begin(cut);
                    JoinedAppends joined = there.store.joining(connection)) {
                assertThat(joined.appendNow(OPENED).repeated()).isTrue();
                connection.rollback();
            }
            assertWhole(there, 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_connection_that_is_cut_at_any_message_leaves_all_or_nothing(Kind kind) throws Exception {
        Database database = kind.newDatabase();
        try (HikariDataSource direct = Kind.pool(database, 8);
                CuttingProxy proxy = CuttingProxy.before(database.server())) {
            boolean finished = false;
            int cuts = 0;
            for (int message = 1; !finished; message++) {
                try (HikariDataSource cut =
                                Kind.pool(
                                        proxy.jdbcUrl(database.name()),
                                        database.user(),
                                        database.password(),
                                        1);
                        JoinedFixture there = new JoinedFixture(kind, direct, Kind.ownTables())) {
                    boolean committed = false;
                    try (Connection connection = JoinedFixture.begin(cut)) {
                        var hit = proxy.cutBeforeMessage(message);
                        handle(there, connection, -1, () -> {});
                        committed = true;
                        finished = !hit.isDone();
                    } catch (SQLException | StoreUnavailableException e) {
                        cuts++; // at the commit itself it may be there nevertheless
                    }
                    // A server that was cut off goes on with what it has already, so a commit may
                    // come after the cut. It holds the append lock until it ends: behind the next
                    // append there is nothing in doubt.
                    long free = there.store.append(JoinedFixture.append("Free")).lastPosition();
                    int found = there.types().equals(List.of("Free")) ? 0 : 1;
                    assertThat(found)
                            .as("cut before message " + message)
                            .isBetween(committed ? 1 : 0, 1);
                    assertThat(free).isEqualTo(found + 1);
                    assertWhole(there, found, "Free");
                }
                assertThat(message).isLessThan(200);
            }
            assertThat(cuts).isGreaterThan(10);
        }
    }
}
