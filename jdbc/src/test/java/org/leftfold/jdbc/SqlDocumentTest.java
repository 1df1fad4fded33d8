package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.jdbc.JoinedFixture.ORDER;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.Backup;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.Payload;
import org.leftfold.api.Query;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.LeaseStore.Lease;
import org.leftfold.api.spi.SnapshotStore.Snapshot;
import org.leftfold.servers.Database;
import org.leftfold.servers.SkipWithoutServer;

/** The roles of docs/sql.md may do what they need, and nothing else. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SqlDocumentTest {
    private static final Pattern SCRIPT = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);
    private static final AdminAct ACT = new AdminAct("ada", "test");
    private static final JdbcOptions MADE = JdbcOptions.defaults().withoutCreatingTables();

    private static List<String> script(Kind kind) throws IOException {
        Path at = Path.of("").toAbsolutePath();
        while (at != null && !Files.exists(at.resolve("docs/sql.md"))) {
            at = at.getParent();
        }
        if (at == null) {
            throw new AssertionError("docs/sql.md is nowhere above");
        }
        Matcher scripts = SCRIPT.matcher(Files.readString(at.resolve("docs/sql.md")));
        assertThat(scripts.find()).as("a script for PostgreSQL").isTrue();
        if (kind == Kind.MARIADB) {
            assertThat(scripts.find()).as("a second script, for MariaDB").isTrue();
        }
        String text = scripts.group(1).replaceAll("--[^\n]*", "");
        return List.of(text.split(";", -1)).stream().filter(part -> !part.isBlank()).toList();
    }

    private static void execute(HikariDataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static HikariDataSource as(Database database, String user) {
        return Kind.pool(database.jdbcUrl(), user, "change me", 4);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void the_roles_may_do_what_they_need_and_nothing_else(Kind kind) throws Exception {
        Database database = kind.newDatabase();
        try (HikariDataSource owner = Kind.pool(database, 2)) {
            kind.open(owner, JdbcOptions.defaults()).close();
            for (String statement : script(kind)) {
                execute(owner, statement);
            }
        }
        try (HikariDataSource admin = as(database, "leftfold_admin");
                JdbcEventStore store = kind.open(admin, MADE);
                JdbcEventStore elsewhere = kind.open()) {
            elsewhere.append(tagged(new StreamName("order-7")));
            elsewhere.append(tagged(new StreamName("order-7")));
            elsewhere.admin().truncate(new StreamName("order-7"), 2, ACT);
            try (Backup backup = elsewhere.admin().backup()) {
                assertThat(store.admin().restore(backup, position -> {})).isEqualTo(2);
            }
        }
        try (HikariDataSource app = as(database, "leftfold_app");
                JdbcEventStore store = kind.open(app, MADE)) {
            works(store, app);
            assertRefused(() -> store.admin().truncate(ORDER, 2, ACT));
            for (String sql :
                    List.of(
                            "update leftfold_events set payload = null",
                            "update leftfold_events set position = 99 where position = 1",
                            "delete from leftfold_events",
                            "delete from leftfold_tags",
                            "delete from leftfold_leases",
                            "update leftfold_streams set first_kept_version = 2",
                            "drop table leftfold_events")) {
                assertThatThrownBy(() -> execute(app, sql))
                        .as(sql)
                        .isInstanceOf(SQLException.class);
            }
        }
        try (HikariDataSource admin = as(database, "leftfold_admin");
                JdbcEventStore store = kind.open(admin, MADE)) {
            store.admin().truncate(ORDER, 2, ACT);
            store.admin().delete(new StreamName("order-7"), ACT);
            try (HikariDataSource app = as(database, "leftfold_app");
                    JdbcEventStore limited = kind.open(app, MADE)) {
                assertRefused(() -> limited.admin().scavenge(position -> {}));
            }
            assertThat(store.admin().scavenge(position -> {}).removedEvents()).isEqualTo(2);
            assertThat(store.admin().verify(position -> {}).events()).isPositive();
            assertThat(store.admin().statistics().events()).isEqualTo(2);
            assertThatThrownBy(() -> execute(admin, "delete from leftfold_events"))
                    .isInstanceOf(SQLException.class);
        }
    }

    private static void assertRefused(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        LeftfoldException.class, e -> assertThat(e.code()).isEqualTo("LF-3011"));
    }

    private static Append tagged(StreamName stream) {
        return Append.to(
                stream, ExpectedVersion.any(), JoinedFixture.event("Opened").withTags("city:Ulm"));
    }

    /** Everything an application does. */
    private static void works(JdbcEventStore store, HikariDataSource app) throws Exception {
        store.append(tagged(ORDER));
        store.append(tagged(ORDER));
        assertThat(store.version(ORDER)).isEqualTo(2);
        BlockingQueue<Long> seen = new LinkedBlockingQueue<>();
        try (var following =
                store.follow(
                        FollowRequest.fromStart(Query.all()),
                        event -> seen.add(event.position()))) {
            assertThat(seen.poll(30, TimeUnit.SECONDS)).as("1 is truncated").isEqualTo(2);
            assertThat(following.completion()).isNotDone();
        }
        for (int version = 1; version <= 4; version++) {
            store.snapshots()
                    .save(new Snapshot(ORDER, version, "total", 1, Payload.ofText("state")));
        }
        store.snapshots().drop(ORDER);
        assertThat(store.checkpoints().save("mails", store.checkpoint(), 1)).isTrue();
        store.checkpoints().forget("mails");
        Lease lease = store.leases().acquire("mails", "a", Duration.ofMinutes(1)).orElseThrow();
        assertThat(store.leases().renew(lease, Duration.ofMinutes(1))).isPresent();
        store.leases().release(lease);
        try (Connection connection = JoinedFixture.begin(app);
                JoinedAppends joined = store.joining(connection)) {
            assertThat(store.processedMessages().begin(connection, "mails", "m1")).isTrue();
            joined.append(tagged(ORDER));
            joined.flush();
            connection.commit();
            joined.committed();
        }
        assertThat(store.processedMessages().removeBefore(Instant.EPOCH)).isZero();
        try (Connection connection = app.getConnection()) {
            assertThat(
                            JoinedFixture.number(
                                    connection, "select count(*) from leftfold_events_readable"))
                    .isEqualTo(5);
        }
    }
}
