package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.AuditPolicy;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.VersionConflictException;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.jdbc.append.Outcome;
import org.leftfold.jdbc.append.Transactions;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.random.Seeds;

/**
 * Appends that share a transaction get the verdicts they would get one by one, whichever way the
 * group is stored.
 */
@ExtendWith(SkipWithoutServer.class)
@Timeout(900)
class GroupsTest {
    private static final int SCRIPTS = 60 * Scale.FACTOR;
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource({"POSTGRES,1", "POSTGRES,2", "MARIADB,1", "MARIADB,2"})
    void appends_in_groups_get_the_verdicts_of_appends_one_by_one(Kind kind, int writers) {
        try (HikariDataSource pool = kind.newPool(4)) {
            kind.open(pool, JdbcOptions.defaults()).close();
            String failure =
                    Seeds.smallestFailure(
                            Seeds.range(1, SCRIPTS),
                            Scripts::groups,
                            groups -> !difference(kind, pool, writers, groups).isEmpty());
            assertThat(failure).as("smallest groups with another verdict").isEmpty();
        }
    }

    private static Transactions writer(Kind kind, HikariDataSource pool) {
        return RawAppends.writer(kind, pool, CLOCK);
    }

    private static String difference(
            Kind kind, HikariDataSource pool, int writers, List<List<Append>> groups) {
        Kind.empty(pool, JdbcOptions.defaults());
        Random turns = new Random(groups.size());
        try (InMemoryEventStore model = InMemoryEventStore.open(CLOCK, AuditPolicy.none());
                Transactions one = writer(kind, pool);
                Transactions other = writer(kind, pool);
                JdbcEventStore reader = kind.open(pool, JdbcOptions.defaults())) {
            for (List<Append> group : groups) {
                List<String> wanted = group.stream().map(append -> verdict(model, append)).toList();
                Transactions writing = turns.nextInt(writers) == 0 ? one : other;
                List<String> given = writing.make(group).stream().map(GroupsTest::verdict).toList();
                if (!given.equals(wanted)) {
                    return "%s: %s and not %s".formatted(group, given, wanted);
                }
            }
            return log(reader).equals(log(model)) ? "" : "other events are stored";
        }
    }

    /**
     * The name of its stream is changed behind its back, which never happens: who writes alone goes
     * on without looking it up, and looks as soon as somebody else has written.
     */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_writer_that_is_alone_knows_where_its_streams_are(Kind kind) throws SQLException {
        try (HikariDataSource pool = kind.newPool(4)) {
            kind.open(pool, JdbcOptions.defaults()).close();
            Kind.empty(pool, JdbcOptions.defaults());
            try (Transactions one = writer(kind, pool);
                    Transactions other = writer(kind, pool)) {
                assertThat(verdicts(one, at("mine", 0), at("yours", 0)))
                        .allMatch(GroupsTest::isStored);
                rename(pool, "counter-mine", "counter-lost");
                assertThat(verdicts(one, at("mine", 1), at("yours", 1)))
                        .allMatch(GroupsTest::isStored);
                assertThat(verdicts(one, at("mine", 2), at("new", 0)))
                        .allMatch(GroupsTest::isStored);
                assertThat(verdicts(one, at("mine", 2))).containsExactly("counter-mine is at 3");
                assertThat(verdicts(one, at("mine", 3))).allMatch(GroupsTest::isStored);
                assertThat(verdicts(other, at("other", 0))).allMatch(GroupsTest::isStored);
                assertThat(verdicts(one, at("mine", 4), at("yours", 2)))
                        .containsExactly("counter-mine is at 0", verdictAt("yours", 3, 9));
            }
        }
    }

    /** As after a failover to a server that had not got the end, with a message taken again. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_log_that_lost_its_end_and_has_the_same_last_event_again_is_another(Kind kind)
            throws SQLException {
        Append again = at("again", 0);
        try (HikariDataSource pool = kind.newPool(4)) {
            kind.open(pool, JdbcOptions.defaults()).close();
            Kind.empty(pool, JdbcOptions.defaults());
            Clock later = Clock.offset(CLOCK, Duration.ofSeconds(1));
            try (Transactions one = writer(kind, pool);
                    Transactions other = RawAppends.writer(kind, pool, later)) {
                for (int before = 0; before < 3; before++) { // it has to know itself alone
                    assertThat(verdicts(one, at("lost", before))).allMatch(GroupsTest::isStored);
                }
                assertThat(verdicts(one, again)).allMatch(GroupsTest::isStored);
                execute(pool, "delete from leftfold_events");
                execute(pool, "delete from leftfold_streams");
                assertThat(verdicts(other, at("new", 0), at("new", 1), at("new", 2), again))
                        .allMatch(GroupsTest::isStored);
                assertThat(verdicts(one, at("lost", 3))).containsExactly("counter-lost is at 0");
                assertThat(verdicts(one, at("lost", 0), at("more", 0)))
                        .containsExactly(verdictAt("lost", 1, 5), verdictAt("more", 1, 6));
            }
        }
    }

    /** The functions that look are gone: who writes alone needs those alone that do not. */
    @Test
    void a_writer_that_is_alone_asks_postgres_for_the_end_of_the_log_and_nothing_else()
            throws SQLException {
        try (HikariDataSource pool = Kind.POSTGRES.newPool(4)) {
            Kind.POSTGRES.open(pool, JdbcOptions.defaults()).close();
            Kind.empty(pool, JdbcOptions.defaults());
            try (InMemoryEventStore model = InMemoryEventStore.open(CLOCK, AuditPolicy.none());
                    Transactions one = writer(Kind.POSTGRES, pool);
                    Transactions other = writer(Kind.POSTGRES, pool)) {
                check(model, one, tagged("mine", 0), tagged("yours", 0));
                check(model, one, tagged("mine", 1));
                renameFunctions(pool, "", "_gone");
                check(model, one, tagged("mine", 2));
                check(model, one, tagged("mine", 3), tagged("yours", 1), tagged("mine", 4));
                check(model, one, tagged("yours", 2));
                renameFunctions(pool, "_gone", "");
                check(model, one, tagged("yours", 2)); // another event than the one that is there
                Append again =
                        Append.to(
                                StreamName.of("counter", "mine"),
                                ExpectedVersion.any(),
                                NewEvent.ofJson("Counted", "1"));
                check(model, one, again);
                check(model, one, tagged("mine", 6));
                check(model, one, again);
                AppendCondition condition = AppendCondition.none("even", Query.tags("parity:0"));
                check(model, one, tagged("mine", 7).onlyIf(condition));
                check(model, one, tagged("mine", 7));
                check(model, other, tagged("yours", 3));
                check(model, one, tagged("yours", 3));
                check(model, one, tagged("yours", 4), tagged("mine", 8));
                try (JdbcEventStore reader = Kind.POSTGRES.open(pool, JdbcOptions.defaults())) {
                    assertThat(log(reader)).isEqualTo(log(model));
                    ReadRequest even = ReadRequest.of(Query.tags("parity:0"));
                    assertThat(positions(reader, even)).isEqualTo(positions(model, even));
                }
            }
        }
    }

    private static List<Long> positions(EventStore store, ReadRequest request) {
        return store.read(request).toList().stream().map(RecordedEvent::position).toList();
    }

    private static void check(InMemoryEventStore model, Transactions writer, Append... appends) {
        List<String> wanted = Stream.of(appends).map(append -> verdict(model, append)).toList();
        assertThat(verdicts(writer, appends)).isEqualTo(wanted);
    }

    private static Append tagged(String id, long version) {
        return Append.to(
                StreamName.of("counter", id),
                version == 0 ? ExpectedVersion.noStream() : ExpectedVersion.exactly(version),
                NewEvent.ofJson("Counted", "1").withTags("parity:" + version % 2));
    }

    private static void renameFunctions(HikariDataSource pool, String from, String to)
            throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String name : List.of("leftfold_append", "leftfold_append_one")) {
                statement.execute(
                        "alter function %s rename to %s".formatted(name + from, name + to));
            }
        }
    }

    /** Only if all is as the long way demands: it then says what is wrong. */
    @Test
    void the_functions_of_a_lone_writer_refuse_settings_and_other_ends() throws SQLException {
        try (HikariDataSource pool = Kind.POSTGRES.newPool(4)) {
            Kind.POSTGRES.open(pool, JdbcOptions.defaults()).close();
            Kind.empty(pool, JdbcOptions.defaults());
            try (Transactions one = writer(Kind.POSTGRES, pool)) {
                assertThat(verdicts(one, at("mine", 0))).allMatch(GroupsTest::isStored);
            }
            for (String call : List.of(CALL_KNOWN, CALL_ONE_KNOWN)) {
                try (Connection connection = pool.getConnection();
                        Statement statement = connection.createStatement()) {
                    String end = "position, id_high, id_low, recorded_at";
                    assertThat(calls(statement, call, false, end, "")).isTrue();
                    for (String other : List.of("position + 1", "position - 1", "null")) {
                        assertThat(
                                        calls(
                                                statement,
                                                call,
                                                false,
                                                end.replace("position", other),
                                                ""))
                                .isFalse();
                    }
                    for (String part : List.of("id_high", "id_low", "recorded_at")) {
                        assertThat(
                                        calls(
                                                statement,
                                                call,
                                                false,
                                                end.replace(part, part + "-1"),
                                                ""))
                                .isFalse();
                    }
                    String unsafe = "set local synchronous_commit = off";
                    assertThat(calls(statement, call, false, end, unsafe)).isFalse();
                    assertThat(calls(statement, call, true, end, unsafe)).isTrue();
                    String fixed = "set transaction isolation level repeatable read";
                    assertThat(calls(statement, call, false, end, fixed)).isFalse();
                    assertThat(calls(statement, call, true, end, fixed)).isFalse();
                }
            }
        }
    }

    private static final String CALL_KNOWN =
            "select leftfold_append_known(%s, null, %s, '{1}', '{2}', '{7}', '{8}', '{1}', '{0}',"
                    + " '{null}', '{null}', '{a}', '{}', '{}') from leftfold_events";

    private static final String CALL_ONE_KNOWN =
            "select leftfold_append_one_known(%s, null, %s, 1, 2, 7, 8, 1, null, null, 'a', '{}')"
                    + " from leftfold_events";

    /** Whether a call stores its event; it is rolled back. */
    private static boolean calls(
            Statement statement, String call, boolean trusting, String end, String before)
            throws SQLException {
        statement.execute("begin");
        try {
            if (!before.isEmpty()) {
                statement.execute(before);
            }
            boolean isStored;
            try (ResultSet row = statement.executeQuery(call.formatted(trusting, end))) {
                assertThat(row.next()).isTrue();
                isStored = row.getObject(1) != null;
            }
            try (ResultSet row = statement.executeQuery("select count(*) from leftfold_events")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getInt(1)).isEqualTo(isStored ? 2 : 1);
            }
            return isStored;
        } finally {
            statement.execute("rollback");
        }
    }

    private static void execute(HikariDataSource pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            assertThat(statement.executeUpdate()).isPositive();
        }
    }

    private static boolean isStored(String verdict) {
        return verdict.startsWith("AppendResult");
    }

    private static String verdictAt(String id, long version, long position) {
        return new AppendResult(
                        List.of(
                                new AppendResult.Written(
                                        StreamName.of("counter", id),
                                        version,
                                        version,
                                        position,
                                        position)),
                        false)
                .toString();
    }

    private static List<String> verdicts(Transactions writer, Append... appends) {
        return writer.make(List.of(appends)).stream().map(GroupsTest::verdict).toList();
    }

    private static Append at(String id, long version) {
        return Append.to(
                StreamName.of("counter", id),
                version == 0 ? ExpectedVersion.noStream() : ExpectedVersion.exactly(version),
                NewEvent.ofJson("Counted", "1"));
    }

    private static void rename(HikariDataSource pool, String from, String to) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement rename =
                        connection.prepareStatement(
                                "update leftfold_streams set name = ? where name = ?")) {
            rename.setString(1, to);
            rename.setString(2, from);
            assertThat(rename.executeUpdate()).isEqualTo(1);
        }
    }

    private static String verdict(EventStore model, Append append) {
        try {
            return model.append(append).toString();
        } catch (LeftfoldException e) {
            return text(e);
        }
    }

    private static String verdict(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Stored stored -> stored.result().toString();
            case Outcome.Refused refused -> text(refused.why());
        };
    }

    private static String text(LeftfoldException refusal) {
        return switch (refusal) {
            case VersionConflictException conflict ->
                    "%s is at %d".formatted(conflict.stream(), conflict.actualVersion());
            case ConditionFailedException failed ->
                    "%s fails at %d".formatted(failed.condition(), failed.foundPosition());
            default -> refusal.getClass().getSimpleName() + " " + refusal.code();
        };
    }

    private static List<String> log(EventStore store) {
        List<String> log = new ArrayList<>();
        for (RecordedEvent event : store.read(ReadRequest.all()).toList()) {
            log.add(event + event.payload().asText());
        }
        return log;
    }
}
