package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.Database;
import org.leftfold.servers.DatabaseServer;
import org.leftfold.servers.PostgresServer;
import org.leftfold.servers.ServerOptions;
import org.leftfold.servers.SkipWithoutServer;

/**
 * Settings with which an acknowledged append can be lost, or seen before it is durable (G1, G6),
 * are refused, whoever set them and wherever; unless that is all right.
 */
@ExtendWith(SkipWithoutServer.class)
@Timeout(120)
class SettingsTest {
    private static final StreamName STREAM = new StreamName("settings-1");

    @Test
    void postgres_without_synchronous_commit_is_refused() {
        Database database = PostgresServer.shared().newDatabase();
        String off = database.jdbcUrl() + "&options=-c%20synchronous_commit=off";
        checkRefused(Kind.POSTGRES, database, off);
    }

    @Test
    void postgres_without_fsync_is_refused() {
        ServerOptions options = ServerOptions.STANDARD.with("fsync", "off");
        try (DatabaseServer server = Kind.POSTGRES.start(options)) {
            Database database = server.newDatabase();
            checkRefused(Kind.POSTGRES, database, database.jdbcUrl());
        }
    }

    @Test
    void mariadb_that_does_not_flush_each_commit_is_refused() throws Exception {
        try (DatabaseServer server = Kind.MARIADB.start()) {
            Database database = server.newDatabase();
            for (List<String> bad :
                    List.of(
                            List.of("innodb_flush_log_at_trx_commit", "0", "1"),
                            List.of("innodb_flush_log_at_trx_commit", "2", "1"),
                            List.of("sync_binlog", "0", "1"),
                            List.of("sync_binlog", "1000", "1"))) {
                set(database, bad.get(0), bad.get(1));
                checkRefused(Kind.MARIADB, database, database.jdbcUrl());
                set(database, bad.get(0), bad.get(2));
            }
            try (HikariDataSource pool = Kind.pool(database, 2);
                    JdbcEventStore store = Kind.MARIADB.open(pool, JdbcOptions.defaults())) {
                for (long version = store.version(STREAM); version < 10; version++) {
                    store.append(
                            STREAM, ExpectedVersion.exactly(version), NewEvent.ofJson("Set", "{}"));
                }
                set(database, "sync_binlog", "0"); // behind the back of a writer that is alone
                assertThatThrownBy(() ->
                                store.append(
                                        STREAM,
                                        ExpectedVersion.exactly(10),
                                        NewEvent.ofJson("Set", "{}")))
                        .isInstanceOfSatisfying(
                                StoreUnavailableException.class,
                                e -> assertThat(e.code()).isEqualTo("LF-3010"));
                assertThat(store.version(STREAM)).isEqualTo(10);
            }
        }
    }

    @Test
    void mariadb_without_a_binary_log_is_refused() {
        ServerOptions options = ServerOptions.STANDARD.with("skip_log_bin", "1");
        try (DatabaseServer server = Kind.MARIADB.start(options)) {
            Database database = server.newDatabase();
            checkRefused(Kind.MARIADB, database, database.jdbcUrl());
        }
    }

    @Test
    void a_mariadb_session_that_writes_no_binary_log_is_refused() throws Exception {
        try (DatabaseServer server = Kind.MARIADB.start()) {
            Database database = server.newDatabase();
            String off = database.jdbcUrl() + "&sessionVariables=sql_log_bin=0";
            checkRefused(Kind.MARIADB, database, off);
        }
    }

    private static void set(Database database, String setting, String value) throws Exception {
        try (Connection connection =
                        DriverManager.getConnection(
                                database.jdbcUrl(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            statement.execute("set global " + setting + " = " + value);
        }
    }

    private static void append(JdbcEventStore store) {
        store.append(STREAM, ExpectedVersion.any(), NewEvent.ofJson("Set", "{}"));
    }

    private static void checkRefused(Kind kind, Database database, String url) {
        try (HikariDataSource pool = Kind.pool(url, database.user(), database.password(), 2)) {
            long head;
            try (JdbcEventStore store = kind.open(pool, JdbcOptions.defaults())) {
                head = store.head();
                assertThatThrownBy(() -> append(store))
                        .isInstanceOfSatisfying(
                                StoreUnavailableException.class,
                                e -> assertThat(e.code()).isEqualTo("LF-3010"));
                assertThat(store.head()).as("nothing was stored").isEqualTo(head);
            }
            try (JdbcEventStore store =
                    kind.open(pool, JdbcOptions.defaults().acceptLossOnCrash())) {
                append(store);
                assertThat(store.head()).isEqualTo(head + 1);
            }
        }
    }
}
