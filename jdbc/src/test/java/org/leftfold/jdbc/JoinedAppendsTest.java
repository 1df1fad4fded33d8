package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.jdbc.JoinedFixture.ORDER;
import static org.leftfold.jdbc.JoinedFixture.append;
import static org.leftfold.jdbc.JoinedFixture.event;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.Query;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;
import org.leftfold.servers.SkipWithoutServer;

/** Events and the caller's tables are committed together, in one order with all others. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JoinedAppendsTest {
    private static final StreamName OTHER = new StreamName("order-2");

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_view_and_its_events_are_committed_together(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind);
                Connection connection = there.begin();
                JoinedAppends joined = there.store.joining(connection)) {
            there.store.append(ORDER, ExpectedVersion.noStream(), event("Opened"));
            there.view(connection, "one");
            joined.append(append("Paid"));
            joined.append(append(OTHER, "Opened"));
            List<AppendResult> results = joined.flush();
            assertThat(results).extracting(AppendResult::lastPosition).containsExactly(2L, 3L);
            assertThat(results.getFirst().lastVersion()).isEqualTo(2);
            assertThat(there.store.head()).as("not before the commit").isEqualTo(1);
            assertThat(there.viewRows()).isZero();

            connection.commit();
            joined.committed();

            assertThat(there.types()).containsExactly("Opened", "Paid", "Opened");
            assertThat(there.viewRows()).isEqualTo(1);
            there.store.append(append("Shipped"));
            assertThat(there.positions()).containsExactly(1L, 2L, 3L, 4L);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_view_and_its_events_are_rolled_back_together(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind);
                Connection connection = there.begin()) {
            try (JoinedAppends joined = there.store.joining(connection)) {
                there.view(connection, "one");
                assertThat(joined.appendNow(append("Paid")).lastPosition()).isEqualTo(1);
                connection.rollback();
            }
            assertThat(there.events()).isEmpty();
            assertThat(there.viewRows()).isZero();
            assertThat(there.store.append(append("Paid")).lastPosition()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_conflict_rolls_all_back_even_if_the_caller_commits(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind);
                Connection connection = there.begin()) {
            there.store.append(append("Opened"));
            try (JoinedAppends joined = there.store.joining(connection)) {
                there.view(connection, "one");
                joined.append(append(OTHER, "Opened"));
                joined.append(Append.to(ORDER, ExpectedVersion.noStream(), event("Opened")));
                assertThatThrownBy(joined::flush).isInstanceOf(VersionConflictException.class);
                connection.commit();
                assertThatThrownBy(joined::committed).hasMessageContaining("is closed");
            }
            assertThat(there.types()).containsExactly("Opened");
            assertThat(there.viewRows()).isZero();
            there.store.append(append("Paid")); // the lock is free, and this thread may have it
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void appends_of_others_wait_for_an_append_at_once_and_come_behind_it(Kind kind)
            throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind);
                Connection connection = there.begin();
                JoinedAppends joined = there.store.joining(connection)) {
            assertThat(joined.appendNow(append("First")).lastPosition()).isEqualTo(1);
            Future<AppendResult> other =
                    there.threads.submit(() -> there.store.append(append("Third")));
            there.awaitLockWait();
            assertThat(other.isDone()).isFalse();
            assertThat(joined.appendNow(append("Second")).lastVersion()).isEqualTo(2);

            connection.commit();
            joined.committed();

            assertThat(other.get().lastPosition()).isEqualTo(3);
            assertThat(there.types()).containsExactly("First", "Second", "Third");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void appends_that_are_kept_hold_no_lock_and_are_written_in_their_order(Kind kind)
            throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind);
                Connection connection = there.begin();
                JoinedAppends joined = there.store.joining(connection)) {
            joined.append(append("Second"));
            there.store.append(append("First"));
            joined.append(append("Third"));
            assertThat(joined.appendNow(append("Fourth")).lastPosition()).isEqualTo(4);
            joined.append(append("Fifth"));
            assertThat(joined.flush())
                    .extracting(AppendResult::lastPosition)
                    .containsExactly(2L, 3L, 5L);
            assertThat(joined.flush()).isEmpty();
            connection.commit();
            joined.committed();
            assertThat(there.types())
                    .containsExactly("First", "Second", "Third", "Fourth", "Fifth");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void more_than_a_group_is_flushed_in_one_transaction(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind);
                Connection connection = there.begin();
                JoinedAppends joined = there.store.joining(connection)) {
            for (int i = 0; i < 1100; i++) {
                joined.append(
                        Append.to(
                                ORDER,
                                i == 0 ? ExpectedVersion.noStream() : ExpectedVersion.exactly(i),
                                event("Counted")));
            }
            List<AppendResult> results = joined.flush();
            assertThat(results).hasSize(1100);
            assertThat(results.getLast().lastVersion()).isEqualTo(1100);
            connection.commit();
            joined.committed();
            assertThat(there.store.version(ORDER)).isEqualTo(1100);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void what_a_rolled_back_transaction_named_is_not_remembered(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind);
                Connection connection = there.begin()) {
            for (int round = 0; round < 3; round++) {
                try (JoinedAppends first = there.store.joining(connection);
                        JoinedAppends second = there.store.joining(connection)) {
                    Append one = append("Lost");
                    first.appendNow(one);
                    assertThat(second.appendNow(one).repeated()).isTrue();
                    second.appendNow(append("Lost"));
                    connection.rollback();
                }
            }
            there.store.append(append(OTHER, "Kept"));
            there.store.append(append("Lost"));
            assertThat(there.types()).containsExactly("Kept", "Lost");
            assertThat(there.events().getFirst().stream()).isEqualTo(OTHER);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_transaction_that_is_repeated_says_that_it_was_there(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind)) {
            Append append = Append.to(ORDER, ExpectedVersion.noStream(), event("Opened"));
            for (int round = 0; round < 2; round++) {
                try (Connection connection = there.begin();
                        JoinedAppends joined = there.store.joining(connection)) {
                    joined.append(append);
                    AppendResult result = joined.flush().getFirst();
                    assertThat(result.repeated()).isEqualTo(round == 1);
                    assertThat(result.lastPosition()).isEqualTo(1);
                    connection.commit();
                    joined.committed();
                }
            }
            assertThat(there.types()).containsExactly("Opened");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void followers_see_joined_events_once_and_in_order(Kind kind) throws Exception {
        int threads = 6;
        int rounds = 20;
        try (JoinedFixture there = new JoinedFixture(kind)) {
            BlockingQueue<Long> seen = new LinkedBlockingQueue<>();
            List<Future<?>> running = new ArrayList<>();
            try (var following =
                    there.store.follow(
                            FollowRequest.fromStart(Query.all()),
                            event -> seen.add(event.position()))) {
                for (int thread = 0; thread < threads; thread++) {
                    StreamName mine = new StreamName("order-t" + thread);
                    boolean joins = thread % 2 == 0;
                    running.add(
                            there.threads.submit(() -> {
                                for (int round = 0; round < rounds; round++) {
                                    if (!joins) {
                                        there.store.append(append(mine, "Plain"));
                                    } else {
                                        joinOne(there, mine, round % 3 == 2);
                                    }
                                }
                                return null;
                            }));
                }
                for (Future<?> one : running) {
                    one.get();
                }
                long head = there.store.head();
                JoinedFixture.await(() -> seen.size() >= head);
                assertThat(following.completion()).isNotDone();
            }
            assertThat(seen)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, seen.size()).boxed().toList());
            assertThat(there.positions()).hasSize(seen.size());
        }
    }

    private static void joinOne(JoinedFixture there, StreamName stream, boolean rollsBack)
            throws Exception {
        try (Connection connection = there.begin();
                JoinedAppends joined = there.store.joining(connection)) {
            joined.append(append(stream, "Joined"));
            joined.append(append(stream, "Joined"));
            joined.flush();
            if (rollsBack) {
                connection.rollback();
            } else {
                connection.commit();
                joined.committed();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void followers_of_this_process_are_woken_by_committed(Kind kind) throws Exception {
        JdbcOptions options = Kind.ownTables().pollInterval(Duration.ofHours(1));
        try (JoinedFixture there = new JoinedFixture(kind, kind.shared(), options)) {
            BlockingQueue<Long> seen = new LinkedBlockingQueue<>();
            try (var following =
                    there.store.follow(
                            FollowRequest.fromStart(Query.all()),
                            event -> seen.add(event.position()))) {
                there.store.append(append("Plain"));
                assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo(1);
                joinOne(there, OTHER, false);
                assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo(2);
                assertThat(seen.poll(30, TimeUnit.SECONDS)).isEqualTo(3);
                assertThat(following.completion()).isNotDone();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_deadlock_ends_one_of_the_transactions_and_can_be_repeated(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind)) {
            try (Connection setup = there.begin()) {
                there.view(setup, "row");
                setup.commit();
            }
            int attempts = 0;
            while (!isOtherEnded(there)) {
                attempts++; // the database chose the other one, as it may on a busy machine
                assertThat(attempts).as("attempts").isLessThan(10);
            }
            assertThat(there.total()).isEqualTo(2);
            assertThat(there.types()).hasSize(21).endsWith("Repeated");
        }
    }

    /** Lets two wait for each other; whether the one was ended that only waited. */
    private static boolean isOtherEnded(JoinedFixture there) throws Exception {
        try (Connection holder = there.begin();
                Connection victim = there.begin()) {
            JoinedAppends holding = there.store.joining(holder);
            for (int i = 0; i < 20; i++) {
                holding.appendNow(append("Held")); // who did more is spared
            }
            there.count(victim, "row");
            Future<Object> waiting =
                    there.threads.submit(() -> {
                        try (JoinedAppends joined = there.store.joining(victim)) {
                            joined.append(append("Waiting"));
                            return joined.flush();
                        } catch (LeftfoldException e) {
                            return e;
                        }
                    });
            there.awaitLockWait();
            try {
                there.count(holder, "row"); // now each waits for the other
            } catch (SQLException e) {
                holder.rollback();
                holding.close();
                waiting.get();
                victim.rollback();
                return false;
            }
            holder.commit();
            holding.committed();

            assertThat(waiting.get())
                    .isInstanceOfSatisfying(
                            LeftfoldException.class,
                            e -> assertThat(e.code()).isEqualTo("LF-3013"));
            assertThat(there.total()).as("the victim is rolled back").isEqualTo(1);
            there.count(victim, "row");
            try (JoinedAppends again = there.store.joining(victim)) {
                again.append(append("Repeated"));
                again.flush();
                victim.commit();
                again.committed();
            }
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void waiting_too_long_for_the_lock_rolls_all_back_and_can_be_repeated(Kind kind)
            throws Exception {
        JdbcOptions options = Kind.ownTables().joinedTimeout(Duration.ofSeconds(1));
        try (JoinedFixture there = new JoinedFixture(kind, kind.shared(), options);
                Connection holder = there.begin();
                JoinedAppends holding = there.store.joining(holder)) {
            holding.appendNow(append("Held"));
            Future<Object> waiting =
                    there.threads.submit(() -> {
                        try (Connection connection = there.begin();
                                JoinedAppends joined = there.store.joining(connection)) {
                            there.view(connection, "row");
                            joined.append(append("Waiting"));
                            try {
                                return joined.flush();
                            } catch (LeftfoldException e) {
                                connection.commit(); // by mistake
                                return e;
                            }
                        }
                    });
            assertThat(waiting.get())
                    .isInstanceOfSatisfying(
                            LeftfoldException.class,
                            e -> assertThat(e.code()).isEqualTo("LF-3013"));
            assertThat(there.viewRows()).isZero();
            holder.commit();
            holding.committed();
            assertThat(there.types()).containsExactly("Held");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void timeouts_hold_for_the_transaction_and_no_longer(Kind kind) throws Exception {
        String idle =
                kind == Kind.POSTGRES
                        ? "select current_setting('idle_in_transaction_session_timeout')"
                        : "select @@idle_transaction_timeout";
        String statement =
                kind == Kind.POSTGRES
                        ? "select current_setting('statement_timeout')"
                        : "select concat(@@innodb_lock_wait_timeout, ' ', @@max_statement_time)";
        try (JoinedFixture there = new JoinedFixture(kind);
                Connection connection = there.begin()) {
            String idleBefore = JoinedFixture.text(connection, idle);
            String statementBefore = JoinedFixture.text(connection, statement);
            for (int round = 0; round < 3; round++) {
                try (JoinedAppends joined = there.store.joining(connection)) {
                    joined.appendNow(append("Opened"));
                    assertThat(JoinedFixture.text(connection, idle)).isIn("10s", "10");
                    assertThat(JoinedFixture.text(connection, statement))
                            .isIn("10s", "10 10.000000");
                    if (round == 0) {
                        connection.rollback();
                    } else if (round == 1) {
                        connection.commit();
                        joined.committed();
                    } else {
                        joined.append(
                                Append.to(ORDER, ExpectedVersion.noStream(), event("Opened")));
                        assertThatThrownBy(joined::flush)
                                .isInstanceOf(VersionConflictException.class);
                    }
                }
                assertThat(JoinedFixture.text(connection, idle)).isEqualTo(idleBefore);
                assertThat(JoinedFixture.text(connection, statement)).isEqualTo(statementBefore);
            }
        }
    }
}
