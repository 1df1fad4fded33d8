package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.jdbc.JoinedFixture.append;

import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.disk.ManualTime;

/** A message has its effect once, however often it comes. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProcessedMessagesTest {
    private static boolean handle(JoinedFixture there, String handler, String id) throws Exception {
        try (Connection connection = there.begin();
                JoinedAppends joined = there.store.joining(connection)) {
            boolean isNew = there.store.processedMessages().begin(connection, handler, id);
            if (isNew) {
                joined.append(append("Handled"));
            }
            joined.flush();
            connection.commit();
            joined.committed();
            return isNew;
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void the_same_message_twice_gives_one_set_of_events(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind)) {
            assertThat(handle(there, "billing", "m1")).isTrue();
            assertThat(handle(there, "billing", "m1")).isFalse();
            assertThat(there.types()).containsExactly("Handled");
            assertThat(handle(there, "billing", "M1")).as("ids are compared exactly").isTrue();
            assertThat(handle(there, "mails", "m1")).as("handlers are apart").isTrue();
            assertThat(there.types()).hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_transaction_goes_on_after_a_message_that_was_known(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind);
                Connection connection = there.begin()) {
            ProcessedMessages messages = there.store.processedMessages();
            assertThat(messages.begin(connection, "billing", "m1")).isTrue();
            assertThat(messages.begin(connection, "billing", "m1")).isFalse();
            there.view(connection, "row");
            connection.commit();
            assertThat(messages.begin(connection, "billing", "m1")).isFalse();
            there.view(connection, "other row");
            connection.commit();
            assertThat(there.viewRows()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_message_that_was_rolled_back_is_new_again(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind);
                Connection connection = there.begin()) {
            assertThat(there.store.processedMessages().begin(connection, "billing", "m1")).isTrue();
            connection.rollback();
            assertThat(handle(there, "billing", "m1")).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void of_two_who_take_a_message_at_once_the_second_waits_for_the_first(Kind kind)
            throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind);
                Connection connection = there.begin()) {
            for (boolean commits : new boolean[] {true, false}) {
                String id = "m" + commits;
                there.store.processedMessages().begin(connection, "billing", id);
                Future<Boolean> second = there.threads.submit(() -> handle(there, "billing", id));
                there.awaitLockWait();
                if (commits) {
                    connection.commit();
                } else {
                    connection.rollback();
                }
                assertThat(second.get()).isEqualTo(!commits);
            }
            assertThat(there.types()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void messages_before_a_moment_are_forgotten_however_many(Kind kind) throws Exception {
        ManualTime time = new ManualTime();
        JdbcOptions options = Kind.ownTables().clock(time);
        try (JoinedFixture there = new JoinedFixture(kind, kind.shared(), options)) {
            long old = time.wallMicros();
            StringBuilder many = new StringBuilder();
            for (int i = 0; i < 12_001; i++) {
                many.append(i == 0 ? "" : ",")
                        .append("('old','%d',%d)".formatted(i, old - (i < 7_000 ? 9 : i)));
            }
            there.execute(options.tables().sql("insert into {processed_messages} values " + many));
            assertThat(handle(there, "billing", "m1")).isTrue();
            time.advance(Duration.ofDays(7));
            assertThat(handle(there, "billing", "m2")).isTrue();
            ProcessedMessages messages = there.store.processedMessages();
            assertThat(messages.removeBefore(time.instant().minus(Duration.ofDays(7))))
                    .isEqualTo(12_001);
            assertThat(handle(there, "billing", "m1")).isFalse();
            assertThat(messages.removeBefore(time.instant())).isEqualTo(1);
            assertThat(handle(there, "billing", "m1")).isTrue();
            assertThat(handle(there, "billing", "m2")).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void the_database_says_when_a_message_was_taken(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind)) {
            assertThat(handle(there, "billing", "m1")).isTrue();
            long micros =
                    there.number(
                            there.options
                                    .tables()
                                    .sql("select processed_at from {processed_messages}"));
            long recorded =
                    Duration.between(
                                            java.time.Instant.EPOCH,
                                            there.events().getFirst().recordedAt())
                                    .toNanos()
                            / 1000;
            assertThat(recorded - micros).isBetween(0L, 30_000_000L);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void wrong_calls_are_refused(Kind kind) throws Exception {
        try (JoinedFixture there = new JoinedFixture(kind);
                Connection connection = there.source.getConnection()) {
            ProcessedMessages messages = there.store.processedMessages();
            assertThatThrownBy(() -> messages.begin(connection, "billing", "m1"))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("LF-1301");
            connection.setAutoCommit(false);
            for (String name : new String[] {"", "x".repeat(256), "a\nb"}) {
                assertThatThrownBy(() -> messages.begin(connection, name, "m1"))
                        .hasMessageContaining("LF-1001");
                assertThatThrownBy(() -> messages.begin(connection, "billing", name))
                        .hasMessageContaining("LF-1001");
            }
            there.store.close();
            assertThatThrownBy(() -> messages.begin(connection, "billing", "m1"))
                    .hasMessageContaining("LF-1007");
        }
    }
}
