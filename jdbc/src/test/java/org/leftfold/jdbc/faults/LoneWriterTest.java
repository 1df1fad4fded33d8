package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.jdbc.append.Outcome;
import org.leftfold.jdbc.append.Transactions;
import org.leftfold.servers.Database;
import org.leftfold.servers.SkipWithoutServer;

/** The shortest way to store a group, which a writer takes that is alone. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(120)
class LoneWriterTest {
    private static final int KILLS = Boolean.getBoolean("leftfold.long") ? 1_000 : 40;
    private static final int EVENTS_OF_KILLED = 300;

    /** About as long as such an append takes. */
    private static final long MAX_DELAY_NANOS = 30_000_000;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_append_that_the_database_refuses_refuses_no_other_and_leaves_nothing_open(Kind kind)
            throws SQLException {
        try (HikariDataSource pool = kind.newPool(4);
                JdbcEventStore reader = kind.open(pool, JdbcOptions.defaults());
                Transactions writer = RawAppends.writer(kind, pool, null);
                Transactions other = RawAppends.writer(kind, pool, null)) {
            execute(
                    pool,
                    "alter table leftfold_events add constraint no_bad check (payload <> '\"bad\"')");
            for (int version = 0; version < 3; version++) {
                assertThat(make(writer, event("a", version, "good"))).containsExactly("stored");
            }
            assertThat(
                            make(
                                    writer,
                                    event("a", 3, "good"),
                                    event("a", 4, "bad"),
                                    event("a", 4, "good")))
                    .containsExactly("stored", "LF-3015", "stored");
            assertThat(make(other, event("b", 0, "good"))).containsExactly("stored");
            for (int version = 5; version < 8; version++) {
                assertThat(make(writer, event("a", version, "good"))).containsExactly("stored");
            }
            assertThat(make(writer, event("a", 8, "bad"))).containsExactly("LF-3015");
            // the server would end an idle transaction, but only after a while
            execute(pool, "select format from leftfold_store where id = 1 for update nowait");
            assertThat(make(other, event("b", 1, "good"))).containsExactly("stored");
            assertThat(reader.read(ReadRequest.all()).toList())
                    .extracting(event -> event.position() + " " + event.stream().id())
                    .containsExactly(
                            "1 a", "2 a", "3 a", "4 a", "5 a", "6 b", "7 a", "8 a", "9 a", "10 b");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void no_event_is_older_than_what_was_recorded_before(Kind kind) throws SQLException {
        Instant began = Instant.parse("2026-03-04T05:06:07Z");
        AtomicReference<Instant> now = new AtomicReference<>(began);
        InstantSource source = now::get;
        Clock clock = source.withZone(ZoneOffset.UTC);
        try (HikariDataSource pool = kind.newPool(4);
                JdbcEventStore reader = kind.open(pool, JdbcOptions.defaults());
                Transactions writer = RawAppends.writer(kind, pool, clock)) {
            for (int version = 0; version < 4; version++) {
                make(writer, event("a", version, "good"));
                now.set(began.minusSeconds(version));
            }
            make(writer, event("a", 4, "good"), event("a", 5, "good"));
            act(pool, 1, began.plusSeconds(10));
            make(writer, event("a", 6, "good"));
            act(pool, 2, began.plusSeconds(15));
            make(writer, event("a", 7, "good"), event("a", 8, "good"));
            now.set(began.plusSeconds(20));
            make(writer, event("a", 9, "good"));
            now.set(began.plusSeconds(5));
            make(writer, event("a", 10, "good"));
            make(writer, event("a", 11, "good"), event("a", 12, "good"));
            assertThat(reader.read(ReadRequest.all()).toList())
                    .extracting(event -> Duration.between(began, event.recordedAt()).toSeconds())
                    .containsExactly(0L, 0L, 0L, 0L, 0L, 0L, 10L, 15L, 15L, 20L, 20L, 20L, 20L);
        }
    }

    private static void act(HikariDataSource pool, int number, Instant when) throws SQLException {
        execute(
                pool,
                "insert into leftfold_acts (act_id, head, stream_id, first_kept_version,"
                        + " recorded_at, actor, reason) values (%d, 1, 1, 1, %d, 'test', 'test')"
                                .formatted(number, when.getEpochSecond() * 1_000_000));
    }

    /** In one message, which is one block; who is not alone has to look first. */
    @ParameterizedTest
    @ValueSource(strings = {"", "&useServerPrepStmts=true"})
    void a_writer_that_is_alone_sends_mariadb_one_block_for_a_group(String setting)
            throws SQLException {
        Database database = Kind.MARIADB.newDatabase();
        String url = database.jdbcUrl() + setting;
        try (HikariDataSource pool = Kind.pool(url, database.user(), database.password(), 4)) {
            Kind.MARIADB.open(pool, JdbcOptions.defaults()).close();
            try (Transactions writer = RawAppends.writer(Kind.MARIADB, pool, null);
                    Transactions other = RawAppends.writer(Kind.MARIADB, pool, null)) {
                for (int version = 0; version < 2; version++) {
                    assertThat(make(writer, event("a", version, "ä"), event("b", version, "\\n'")))
                            .containsExactly("stored", "stored");
                }
                long before = blocks(pool);
                for (int version = 2; version < 7; version++) {
                    assertThat(make(writer, event("a", version, "ä"), event("b", version, "\\n'")))
                            .containsExactly("stored", "stored");
                }
                assertThat(blocks(pool) - before).isEqualTo(5);
                for (int version = 7; version < 12; version++) {
                    make(other, event("c", version - 7, "good"));
                    make(writer, event("a", version, "good"), event("b", version, "good"));
                }
                assertThat(blocks(pool) - before).as("two in turn").isLessThanOrEqualTo(6);
            }
        }
    }

    /**
     * As when an administrator ends its statement between the events and their tags: the server
     * leaves the block without its handler, and the transaction open. The next attempt gets the
     * same connection, and must not take the rows for stored ones.
     */
    @Test
    void what_a_block_leaves_open_is_not_taken_for_stored() throws SQLException {
        Database database = Kind.MARIADB.newDatabase();
        AtomicReference<Append> cut = new AtomicReference<>();
        try (HikariDataSource readers = Kind.pool(database, 2);
                JdbcEventStore reader = Kind.MARIADB.open(readers, JdbcOptions.defaults());
                HikariDataSource pool = Kind.pool(database, 1);
                Transactions writer =
                        RawAppends.writer(Kind.MARIADB, new CutBlocks(pool, cut).source(), null)) {
            for (int version = 0; version < 3; version++) {
                assertThat(make(writer, event("a", version, "good"))).containsExactly("stored");
            }
            cut.set(event("a", 3, "good"));
            assertThat(make(writer, cut.get())).containsExactly("stored");
            assertThat(cut.get()).as("the block was cut").isNull();
            checkTags(reader, 4);
        }
    }

    /** Sometimes it is between two statements of the block, or behind its commit. */
    @Test
    void an_administrator_who_ends_statements_at_random_moments_makes_nothing_half()
            throws Exception {
        SplittableRandom random = new SplittableRandom(KILLS);
        Database database = Kind.MARIADB.newDatabase();
        try (HikariDataSource pool = Kind.pool(database, 1);
                HikariDataSource others = Kind.pool(database, 3);
                JdbcEventStore reader = Kind.MARIADB.open(others, JdbcOptions.defaults());
                Transactions writer = RawAppends.writer(Kind.MARIADB, pool, null);
                Connection connection = others.getConnection();
                Statement administrator = connection.createStatement()) {
            int version = 0;
            for (int kill = 0; kill < KILLS; kill++) {
                for (int alone = 0; alone < 2; alone++) {
                    make(writer, event("a", version++, "good"));
                }
                Append large = events(version, EVENTS_OF_KILLED);
                CompletableFuture<List<String>> outcome =
                        CompletableFuture.supplyAsync(
                                () -> make(writer, large), Thread::startVirtualThread);
                LockSupport.parkNanos(random.nextLong(MAX_DELAY_NANOS));
                killWriter(administrator);
                assertThat(outcome.get(60, TimeUnit.SECONDS)).containsExactly("stored");
                version += EVENTS_OF_KILLED;
            }
            checkTags(reader, version);
        }
    }

    private static void killWriter(Statement administrator) throws SQLException {
        List<Long> busy = new ArrayList<>();
        try (ResultSet row =
                administrator.executeQuery(
                        "select id from information_schema.processlist where db = database()"
                                + " and command = 'Query' and id <> connection_id()")) {
            while (row.next()) {
                busy.add(row.getLong(1));
            }
        }
        for (long session : busy) {
            administrator.execute("kill query " + session);
        }
    }

    private static void checkTags(JdbcEventStore reader, int events) {
        assertThat(reader.read(ReadRequest.of(Query.tags("all:yes"))).toList())
                .hasSize(events)
                .isEqualTo(reader.read(ReadRequest.all()).toList());
    }

    private static Append events(long version, int count) {
        NewEvent[] events = new NewEvent[count];
        Arrays.setAll(events, i -> NewEvent.ofJson("Said", "1").withTags("all:yes", "n:" + i));
        return Append.to(StreamName.of("lone", "a"), ExpectedVersion.exactly(version), events);
    }

    /** Blocks look otherwise there, and the rest does not. */
    @Test
    void a_server_that_understands_no_blocks_gets_the_usual_way() throws SQLException {
        Database database = Kind.MARIADB.newDatabase();
        String url = database.jdbcUrl() + "&sessionVariables=sql_mode='ORACLE'";
        try (HikariDataSource pool = Kind.pool(url, database.user(), database.password(), 4)) {
            Kind.MARIADB.open(pool, JdbcOptions.defaults()).close();
            try (Transactions writer = RawAppends.writer(Kind.MARIADB, pool, null)) {
                for (int version = 0; version < 6; version++) {
                    assertThat(make(writer, event("a", version, "good"))).containsExactly("stored");
                }
            }
        }
    }

    private static long blocks(HikariDataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("show global status like 'Com_compound_sql'")) {
            assertThat(row.next()).isTrue();
            return row.getLong(2);
        }
    }

    private static Append event(String id, long version, String text) {
        return Append.to(
                StreamName.of("lone", id),
                version == 0 ? ExpectedVersion.noStream() : ExpectedVersion.exactly(version),
                NewEvent.ofJson("Said", '"' + text + '"').withTags("all:yes"));
    }

    private static List<String> make(Transactions writer, Append... appends) {
        return writer.make(Stream.of(appends).toList()).stream()
                .map(outcome ->
                        outcome instanceof Outcome.Refused refused
                                ? refused.why().code()
                                : "stored")
                .toList();
    }

    private static void execute(HikariDataSource pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
