package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Append;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.Database;
import org.leftfold.servers.SkipWithoutServer;

/** The connection that appends: what it is set to, and when it is given up. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(120)
class WriterConnectionTest {
    private static final StreamName STREAM = new StreamName("writer-1");

    private final SplittableRandom random = new SplittableRandom(7_002);

    /** Else a client whose machine has died would keep all others from appending. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_transaction_that_holds_the_append_lock_may_be_idle_for_ten_seconds(Kind kind)
            throws SQLException {
        try (HikariDataSource pool = kind.newPool(2);
                JdbcEventStore store = kind.open(pool, JdbcOptions.defaults())) {
            append(store);
            try (Connection connection = pool.getConnection()) {
                new RawAppends(kind, pool)
                        .begin(
                                connection,
                                Append.to(STREAM, ExpectedVersion.any(), Samples.event(random)));
                assertThat(
                                kind == Kind.POSTGRES
                                        ? text(
                                                connection,
                                                "show idle_in_transaction_session_timeout")
                                        : text(connection, "select @@idle_transaction_timeout"))
                        .matches("10(s|\\.0+)?");
                connection.rollback();
            }
        }
    }

    @Test
    void the_pool_gets_connections_back_as_they_were() throws SQLException {
        try (HikariDataSource pool = Kind.MARIADB.newPool(1)) {
            try (JdbcEventStore store = Kind.MARIADB.open(pool, JdbcOptions.defaults())) {
                append(store);
            } // gives the only connection back
            try (Connection connection = pool.getConnection()) {
                assertThat(text(connection, "select @@idle_transaction_timeout")).startsWith("0");
            }
        }
    }

    /** After a failover a pool still has connections to the server that was the primary. */
    @Test
    void a_connection_that_takes_no_writes_is_given_up() throws SQLException {
        Database database = Kind.POSTGRES.newDatabase();
        try (HikariDataSource admin = Kind.pool(database, 1);
                HikariDataSource pool = Kind.pool(database, 1)) {
            Kind.POSTGRES.open(pool, JdbcOptions.defaults()).close();
            String change = "alter database %s set default_transaction_read_only = %s";
            execute(admin, change.formatted(database.name(), "on"));
            pool.getHikariPoolMXBean().softEvictConnections();
            try (JdbcEventStore store = Kind.POSTGRES.open(pool, JdbcOptions.defaults())) {
                assertThatThrownBy(() -> append(store))
                        .isInstanceOfSatisfying(
                                StoreUnavailableException.class,
                                e -> assertThat(e.code()).isEqualTo("LF-3012"));
                execute(admin, change.formatted(database.name(), "off"));
                append(store);
                assertThat(store.head()).isEqualTo(1);
            }
        }
    }

    private void append(JdbcEventStore store) {
        store.append(STREAM, ExpectedVersion.any(), Samples.event(random));
    }

    private static void execute(HikariDataSource pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
