package org.leftfold.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.servers.DatabaseServerRules.ask;
import static org.leftfold.servers.DatabaseServerRules.execute;
import static org.leftfold.servers.DatabaseServerRules.run;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What holds for a proxy before each server. */
@ExtendWith(SkipWithoutServer.class)
abstract class CuttingProxyRules {
    /** The client sees a cut before the future is complete. */
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private Database database;
    private CuttingProxy proxy;

    abstract DatabaseServer shared();

    /** The type of a column of many bytes. */
    abstract String bytesType();

    @BeforeEach
    void start() throws SQLException {
        database = shared().newDatabase();
        run(database, "CREATE TABLE t (id INT PRIMARY KEY, content %s)".formatted(bytesType()));
        proxy = CuttingProxy.before(database.server());
    }

    @AfterEach
    void stop() {
        if (proxy != null) {
            proxy.close();
        }
    }

    @Test
    void everything_passes_unchanged() throws SQLException {
        byte[] content = new byte[3 * 1024 * 1024 + 17];
        new SplittableRandom(1).nextBytes(content);
        try (Connection connection = connect()) {
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO t VALUES (1, ?)")) {
                insert.setBytes(1, content);
                insert.execute();
            }
            try (PreparedStatement select =
                            connection.prepareStatement("SELECT content FROM t WHERE id = 1");
                    ResultSet rows = select.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getBytes(1)).isEqualTo(content);
            }
            assertThat(proxy.connections()).isEqualTo(1);
        }
    }

    @Test
    void each_message_of_a_transaction_can_be_cut_off() throws SQLException {
        long clean = messagesOf(() -> insertInTransaction(0));
        assertThat(messagesOf(() -> insertInTransaction(1))).isEqualTo(clean);
        assertThat(clean).isGreaterThan(4);

        for (int number = 1; number <= clean; number++) {
            int id = 100 + number;
            CompletableFuture<Void> cut = proxy.cutBeforeMessage(number);

            long sent = messagesOf(() -> insertInTransaction(id));

            assertThat(cut).as("message %d", number).succeedsWithin(TIMEOUT);
            assertThat(sent).as("messages").isEqualTo(number);
        }
        assertThat(messagesOf(() -> insertInTransaction(2))).as("afterwards").isEqualTo(clean);
        assertThat(ask(database, "SELECT count(*) FROM t WHERE id < 100")).isEqualTo("3");
        assertThat(ask(database, "SELECT count(*) FROM t WHERE id < 104")).isEqualTo("3");
        assertThat(ask(database, "SELECT count(*) FROM t WHERE id = %d".formatted(100 + clean)))
                .as("cut before the good-bye")
                .isEqualTo("1");
    }

    @Test
    void a_commit_whose_answer_is_lost_has_happened() throws SQLException {
        CompletableFuture<Void> cut = proxy.loseAnswerTo("COMMIT");
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            execute(connection, "INSERT INTO t VALUES (1, NULL)");
            assertThat(cut).isNotDone();

            assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);

            assertThat(cut).succeedsWithin(TIMEOUT);
        }
        assertThat(ask(database, "SELECT count(*) FROM t")).isEqualTo("1");
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            execute(connection, "INSERT INTO t VALUES (2, NULL)");
            connection.commit();
        }
    }

    @Test
    void a_commit_that_is_cut_off_has_not_happened() throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            execute(connection, "INSERT INTO t VALUES (1, NULL)");
            CompletableFuture<Void> cut = proxy.cutBeforeMessage(1);

            assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);

            assertThat(cut).succeedsWithin(TIMEOUT);
        }
        assertThat(ask(database, "SELECT count(*) FROM t")).isEqualTo("0");
    }

    @Test
    void the_answer_to_a_counted_request_is_lost() throws SQLException {
        try (Connection connection = connect()) {
            long before = proxy.requests();
            CompletableFuture<Void> cut = proxy.loseAnswer(3);
            execute(connection, "INSERT INTO t VALUES (1, NULL)");
            execute(connection, "INSERT INTO t VALUES (2, NULL)");
            assertThat(proxy.requests() - before).isEqualTo(2);

            assertThatThrownBy(() -> execute(connection, "INSERT INTO t VALUES (3, NULL)"))
                    .isInstanceOf(SQLException.class);

            assertThat(cut).succeedsWithin(TIMEOUT);
        }
        assertThat(ask(database, "SELECT count(*) FROM t")).isEqualTo("3");
    }

    @Test
    void the_answer_after_a_long_answer_is_the_one_that_is_lost() throws SQLException {
        try (Connection connection = connect()) {
            for (int rows = 245; rows < 265; rows++) {
                execute(connection, series(rows));
            }
            CompletableFuture<Void> cut = proxy.loseAnswer(2);
            execute(connection, series(300));
            assertThat(cut).isNotDone();

            assertThatThrownBy(() -> execute(connection, "INSERT INTO t VALUES (1, NULL)"))
                    .isInstanceOf(SQLException.class);

            assertThat(cut).succeedsWithin(TIMEOUT);
        }
        assertThat(ask(database, "SELECT count(*) FROM t")).isEqualTo("1");
    }

    /** A query with that many rows. */
    abstract String series(int rows);

    @Test
    void bytes_are_counted_in_both_directions() throws SQLException {
        try (Connection connection = connect()) {
            CompletableFuture<Void> cut = proxy.cutAfterClientBytes(10);
            assertThatThrownBy(() -> execute(connection, "INSERT INTO t VALUES (1, NULL)"))
                    .isInstanceOf(SQLException.class);
            assertThat(cut).succeedsWithin(TIMEOUT);
        }
        try (Connection connection = connect()) {
            CompletableFuture<Void> cut = proxy.cutAfterServerBytes(1);
            assertThatThrownBy(() -> execute(connection, "INSERT INTO t VALUES (2, NULL)"))
                    .isInstanceOf(SQLException.class);
            assertThat(cut).succeedsWithin(TIMEOUT);
        }
        try (Connection connection = connect()) {
            CompletableFuture<Void> cut = proxy.cutAfterServerBytes(100_000);
            execute(connection, "INSERT INTO t VALUES (3, NULL)");
            assertThat(cut).isNotDone();
        }
        assertThat(ask(database, "SELECT min(id) FROM t")).isEqualTo("2");
    }

    @Test
    void a_cut_on_demand_hits_open_connections_only() throws SQLException {
        try (Connection connection = connect()) {
            execute(connection, "SELECT 1");
            proxy.cut();
            assertThatThrownBy(() -> execute(connection, "SELECT 1"))
                    .isInstanceOf(SQLException.class);
        }
        try (Connection connection = connect()) {
            execute(connection, "SELECT 1");
        }
    }

    @Test
    void a_stalled_answer_comes_when_it_is_resumed() throws Exception {
        try (Connection connection = connect();
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            execute(connection, "SELECT 1");
            proxy.stall();
            Future<Boolean> inserted =
                    other.submit(() -> {
                        execute(connection, "INSERT INTO t VALUES (1, NULL)");
                        return true;
                    });
            while (!ask(database, "SELECT count(*) FROM t").equals("1")) {
                Thread.onSpinWait();
            }
            assertThat(inserted).isNotDone();

            proxy.resume();

            assertThat(inserted.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void a_closed_proxy_takes_no_more_clients() throws SQLException {
        try (Connection connection = connect()) {
            proxy.close();
            assertThatThrownBy(() -> execute(connection, "SELECT 1"))
                    .isInstanceOf(SQLException.class);
        }
        assertThatThrownBy(() -> connect().close()).isInstanceOf(SQLException.class);
        assertThat(proxy.connections()).isZero();
    }

    @Test
    void numbers_begin_with_one() {
        assertThatThrownBy(() -> proxy.cutBeforeMessage(0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                proxy.jdbcUrl(database.name()), database.user(), database.password());
    }

    CuttingProxy proxy() {
        return proxy;
    }

    Database database() {
        return database;
    }

    /** Work that a cut may end. */
    private interface Work {
        void run() throws SQLException;
    }

    private long messagesOf(Work work) {
        long before = proxy.messages();
        try {
            work.run();
        } catch (SQLException e) {
            assertThat(e.getMessage()).as("no other error than a cut").doesNotContain("syntax");
        }
        while (proxy.connections() > 0) { // the last message may still be on its way
            Thread.onSpinWait();
        }
        return proxy.messages() - before;
    }

    private void insertInTransaction(int id) throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            execute(connection, "INSERT INTO t VALUES (%d, NULL)".formatted(id));
            connection.commit();
        }
    }
}
