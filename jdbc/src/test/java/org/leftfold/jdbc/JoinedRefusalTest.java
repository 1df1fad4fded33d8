package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.jdbc.JoinedFixture.ORDER;
import static org.leftfold.jdbc.JoinedFixture.append;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.AuditPolicy;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.servers.SkipWithoutServer;

/** What cannot work is refused before it does harm. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JoinedRefusalTest {
    private static void assertRefused(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LeftfoldException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_connection_with_auto_commit_is_refused(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind);
                Connection connection = there.begin()) {
            connection.setAutoCommit(true);
            assertRefused("LF-1301", () -> there.store.joining(connection));
            connection.setAutoCommit(false);
            try (JoinedAppends joined = there.store.joining(connection)) {
                joined.append(append("Opened"));
                connection.setAutoCommit(true);
                assertRefused("LF-1301", joined::flush);
            }
            assertThat(there.events()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void other_isolation_levels_are_refused(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind)) {
            for (int level :
                    List.of(
                            Connection.TRANSACTION_READ_UNCOMMITTED,
                            Connection.TRANSACTION_REPEATABLE_READ,
                            Connection.TRANSACTION_SERIALIZABLE)) {
                try (Connection connection = there.source.getConnection()) {
                    connection.setTransactionIsolation(level);
                    connection.setAutoCommit(false);
                    assertRefused("LF-3014", () -> there.store.joining(connection));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_connection_of_another_store_or_database_is_refused(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind);
                HikariDataSource elsewhere = kind.newPool(4)) {
            try (Connection connection = JoinedFixture.begin(elsewhere)) {
                assertRefused("LF-1302", () -> there.store.joining(connection));
            }
            try (JdbcEventStore same = kind.open(elsewhere, there.options);
                    Connection connection = JoinedFixture.begin(elsewhere)) {
                assertRefused("LF-1302", () -> there.store.joining(connection));
                same.joining(connection).close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void the_audit_policy_holds_for_joined_appends(Kind kind) throws Exception {
        JdbcOptions options = Kind.ownTables().auditPolicy(AuditPolicy.requiring(Metadata.ACTOR));
        try (JoinedFixture there = new JoinedFixture(kind, kind.shared(), options);
                Connection connection = there.begin();
                JoinedAppends joined = there.store.joining(connection)) {
            assertRefused("LF-1006", () -> joined.append(append("Opened")));
            assertRefused("LF-1006", () -> joined.appendNow(append("Opened")));
            joined.append(
                    Append.to(
                            ORDER,
                            ExpectedVersion.any(),
                            JoinedFixture.event("Paid").withMetadata(Metadata.ACTOR, "ada")));
            joined.flush();
            connection.commit();
            joined.committed();
            assertThat(there.types()).containsExactly("Paid");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_thread_that_holds_the_lock_cannot_wait_for_itself(Kind kind) throws Exception {
        AdminAct act = new AdminAct("ada", "test");
        try (JoinedFixture there = new JoinedFixture(kind);
                JdbcEventStore again = kind.open(there.source, there.options);
                Connection connection = there.begin();
                Connection second = there.begin()) {
            there.store.append(append("Opened"));
            try (JoinedAppends joined = there.store.joining(connection)) {
                joined.appendNow(append("Held"));
                assertRefused("LF-1303", () -> there.store.append(append("Waiting")));
                assertRefused("LF-1303", () -> again.append(append("Waiting")));
                assertThatThrownBy(() -> there.store.appendAsync(append("Waiting")).get())
                        .isInstanceOf(ExecutionException.class)
                        .hasMessageContaining("would wait for itself");
                assertRefused("LF-1303", () -> there.store.admin().truncate(ORDER, 2, act));
                assertRefused("LF-1303", () -> there.store.admin().delete(ORDER, act));
                try (JoinedAppends other = again.joining(second)) {
                    other.append(append("Waiting"));
                    assertRefused("LF-1303", other::flush);
                }
                assertThat(there.store.version(ORDER)).as("reading is possible").isEqualTo(1);
                connection.commit();
                joined.committed();
            }
            AppendResult after = there.store.append(append("Free"));
            assertThat(after.lastPosition()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_forgotten_joined_transaction_refuses_nothing_once_its_connection_is_closed(Kind kind)
            throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind)) {
            try (Connection connection = there.begin()) {
                there.store.joining(connection).appendNow(append("Held"));
                connection.commit();
                assertRefused("LF-1303", () -> there.store.append(append("Waiting")));
            }
            there.store.append(append("Free"));
            assertThat(there.types()).containsExactly("Held", "Free");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void appends_that_were_never_flushed_are_not_lost_silently(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind);
                Connection connection = there.begin()) {
            JoinedAppends forgotten = there.store.joining(connection);
            forgotten.append(append("Opened"));
            connection.commit();
            assertRefused("LF-1304", forgotten::committed);

            JoinedAppends dropped = there.store.joining(connection);
            dropped.append(append("Opened"));
            connection.rollback();
            assertRefused("LF-1304", dropped::close);
            dropped.close();

            try (JoinedAppends discarded = there.store.joining(connection)) {
                discarded.append(append("Opened"));
                discarded.discard();
                connection.rollback();
            }
            assertThat(there.events()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void what_has_ended_or_is_closed_takes_nothing(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind);
                Connection connection = there.begin()) {
            JoinedAppends ended = there.store.joining(connection);
            ended.close();
            assertRefused("LF-1007", () -> ended.append(append("Opened")));
            assertRefused("LF-1007", () -> ended.appendNow(append("Opened")));
            assertRefused("LF-1007", ended::flush);
            assertRefused("LF-1007", ended::committed);
            JoinedAppends open = there.store.joining(connection);
            there.store.close();
            assertRefused("LF-1007", () -> open.append(append("Opened")));
            assertRefused("LF-1007", () -> there.store.joining(connection));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void what_is_kept_has_a_limit(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind);
                Connection connection = there.begin();
                JoinedAppends joined = there.store.joining(connection)) {
            for (int i = 0; i < JoinedAppends.MAX_APPENDS; i++) {
                joined.append(append("Counted"));
            }
            assertRefused("LF-1002", () -> joined.append(append("Counted")));
            joined.discard();
            byte[] large = new byte[1 << 20];
            Arrays.fill(large, (byte) ' ');
            List<NewEvent> many = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                many.add(NewEvent.of("Large", Payload.of(large)));
            }
            Append append = Append.to(ORDER, ExpectedVersion.any(), many);
            for (int i = 0; i < 4; i++) {
                joined.append(append);
            }
            assertRefused("LF-1002", () -> joined.append(append));
            joined.discard();
            joined.append(append("Counted"));
            assertThat(joined.flush()).hasSize(1);
            connection.rollback();
        }
    }
}
