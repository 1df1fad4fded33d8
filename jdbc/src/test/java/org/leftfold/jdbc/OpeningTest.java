package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;
import org.leftfold.jdbc.schema.KeyTables;
import org.leftfold.jdbc.schema.Migrations;
import org.leftfold.jdbc.sql.Database;
import org.leftfold.jdbc.sql.Dialect;
import org.leftfold.jdbc.sql.MariaDbDialect;
import org.leftfold.jdbc.sql.PostgresDialect;
import org.leftfold.servers.SkipWithoutServer;

/** The tables of a store are made once, whoever opens it and whatever was there before. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(120)
class OpeningTest {
    private static final int OPENERS = 8;
    private static final StreamName STREAM = new StreamName("opened-1");

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whoever_opens_a_new_store_at_once_opens_the_same_store(Kind kind) throws Exception {
        for (int round = 0; round < 5; round++) {
            JdbcOptions options = Kind.ownTables();
            CyclicBarrier start = new CyclicBarrier(OPENERS);
            List<Future<JdbcEventStore>> opened = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(OPENERS)) {
                for (int i = 0; i < OPENERS; i++) {
                    opened.add(
                            threads.submit(() -> {
                                start.await();
                                return kind.open(kind.shared(), options);
                            }));
                }
            }
            for (int i = 0; i < OPENERS; i++) {
                JdbcEventStore store = opened.get(i).get();
                assertThat(store.version(STREAM)).isEqualTo(i);
                store.append(STREAM, ExpectedVersion.exactly(i), NewEvent.ofJson("Opened", "{}"));
                assertThat(store.checkpoint()).isEqualTo(opened.getFirst().get().checkpoint());
            }
            for (Future<JdbcEventStore> store : opened) {
                store.get().close();
            }
            kind.dropTables(options);
        }
    }

    /** On PostgreSQL they are made in one transaction. */
    @Test
    void tables_whose_making_was_cut_short_are_completed() throws SQLException {
        MariaDbDialect dialect = new MariaDbDialect();
        int statements = 1;
        for (int made = 0; made < statements; made++) {
            JdbcOptions options = Kind.ownTables();
            try (HikariDataSource pool = Kind.MARIADB.newPool(4)) {
                Database database =
                        new Database(pool, dialect, options.tables(), Duration.ofSeconds(10));
                List<String> all = dialect.statements(Migrations.script(database));
                statements = all.size();
                execute(pool, all.subList(0, made));
                try (JdbcEventStore store = Kind.MARIADB.open(pool, options)) {
                    store.append(
                            STREAM, ExpectedVersion.noStream(), NewEvent.ofJson("Opened", "{}"));
                    assertThat(store.admin().verify(count -> {}).isClean()).isTrue();
                }
            }
        }
        assertThat(statements).isGreaterThan(10);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whoever_opens_a_new_key_store_at_once_opens_the_same_keys(Kind kind) throws Exception {
        for (int round = 0; round < 5; round++) {
            JdbcOptions options = Kind.ownTables();
            Dialect dialect = kind == Kind.POSTGRES ? new PostgresDialect() : new MariaDbDialect();
            Database database =
                    new Database(kind.shared(), dialect, options.tables(), Duration.ofSeconds(10));
            CyclicBarrier start = new CyclicBarrier(OPENERS);
            List<Future<byte[]>> salts = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(OPENERS)) {
                for (int i = 0; i < OPENERS; i++) {
                    salts.add(
                            threads.submit(() -> {
                                start.await();
                                return KeyTables.open(database, true);
                            }));
                }
            }
            for (Future<byte[]> salt : salts) {
                assertThat(salt.get()).isNotEmpty().isEqualTo(salts.getFirst().get());
            }
            for (String table : List.of("key_store", "key_subjects", "keys")) {
                execute(kind.shared(), List.of(options.tables().sql("drop table {" + table + "}")));
            }
        }
    }

    private static void execute(DataSource pool, List<String> statements) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
