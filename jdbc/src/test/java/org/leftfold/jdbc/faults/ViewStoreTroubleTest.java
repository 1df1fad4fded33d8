package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.Payload;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewStore.Row;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.jdbc.JdbcViewOptions;
import org.leftfold.jdbc.JdbcViewStore;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.Database;
import org.leftfold.servers.SkipWithoutServer;

/** What goes wrong inside of the work of a transaction on views, and with its connection. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(120)
class ViewStoreTroubleTest {
    private static final View VIEW = new View("orders", 1);

    private Database database;
    private HikariDataSource pool;
    private ViewStore store;

    private void open(Kind kind, JdbcViewOptions options) throws SQLException {
        database = kind.newDatabase();
        pool = Kind.pool(database, 3);
        store = JdbcViewStore.open(pool, options);
        try (Connection connection = pool.getConnection()) {
            execute(connection, "create table mine (id integer primary key, n integer)");
            execute(connection, "insert into mine values (1, 0), (2, 0)");
        }
    }

    @AfterEach
    void close() {
        if (pool != null) {
            pool.close();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection lent(ViewTransaction transaction) {
        return transaction.unwrap(Connection.class).orElseThrow();
    }

    private static void put(ViewTransaction transaction, String key) {
        transaction.put(VIEW, List.of(new Row(0, key, Payload.ofText(key))));
    }

    /** Rows of the view and the sum of the user's own table. */
    private List<Long> state() throws SQLException {
        long rows = store.inTransaction(t -> t.count(VIEW));
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                var sum = statement.executeQuery("select sum(n) from mine")) {
            sum.next();
            return List.of(rows, sum.getLong(1));
        }
    }

    private static void assertCode(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreUnavailableException.class,
                        e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void tables_of_the_work_change_in_the_same_transaction(Kind kind) throws Exception {
        open(kind, JdbcViewOptions.defaults());
        AtomicReference<Connection> kept = new AtomicReference<>();
        store.inTransaction(t -> {
            Connection mine = lent(t);
            kept.set(mine);
            assertThat(lent(t)).as("the same again").isSameAs(mine);
            assertThat(mine.isClosed()).isFalse();
            put(t, "a");
            execute(mine, "update mine set n = 7 where id = 1");
            return true;
        });
        assertThat(state()).containsExactly(1L, 7L);
        SQLException own = new SQLException("no state, as libraries throw them");
        assertThatThrownBy(() ->
                        store.inTransaction(t -> {
                            put(t, "b");
                            execute(lent(t), "update mine set n = 8 where id = 1");
                            throw own;
                        }))
                .isSameAs(own);
        assertThatThrownBy(() ->
                        store.inTransaction(t -> {
                            put(t, "b");
                            execute(lent(t), "insert into mine values (1, 1)");
                            return true;
                        }))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).startsWith("23"));
        assertThat(state()).containsExactly(1L, 7L);
        assertThatThrownBy(() -> execute(kept.get(), "update mine set n = 9"))
                .isInstanceOf(IllegalStateException.class);
        assertThat(
                        store.<Boolean, RuntimeException>inTransaction(
                                t -> t.unwrap(Statement.class).isEmpty()))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void work_cannot_end_its_transaction(Kind kind) throws Exception {
        open(kind, JdbcViewOptions.defaults());
        List<UseOfConnection> forbidden =
                List.of(
                        Connection::commit,
                        Connection::rollback,
                        Connection::close,
                        connection -> connection.setAutoCommit(true),
                        connection -> connection.abort(Runnable::run),
                        connection ->
                                connection.setTransactionIsolation(
                                        Connection.TRANSACTION_SERIALIZABLE));
        store.inTransaction(t -> {
            for (UseOfConnection use : forbidden) {
                assertThatThrownBy(() -> use.of(lent(t))).isInstanceOf(IllegalStateException.class);
            }
            put(t, "a");
            Connection mine = lent(t);
            var savepoint = mine.setSavepoint();
            execute(mine, "update mine set n = 7 where id = 1");
            mine.rollback(savepoint);
            return true;
        });
        assertThat(state()).as("a part of it may be undone").containsExactly(1L, 0L);
        for (String sql : List.of("commit", "rollback")) {
            assertThatThrownBy(() ->
                            store.inTransaction(t -> {
                                execute(lent(t), sql);
                                put(t, "b");
                                return true;
                            }))
                    .as(sql)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was ended by its work");
        }
        assertThat(state()).containsExactly(1L, 0L);
    }

    @FunctionalInterface
    private interface UseOfConnection {
        void of(Connection connection) throws SQLException;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_connection_lost_inside_of_the_work_is_the_failure_of_the_store(Kind kind)
            throws Exception {
        open(kind, JdbcViewOptions.defaults());
        Sessions sessions = new Sessions(kind, database);
        assertCode(
                "LF-3009",
                () ->
                        store.inTransaction(t -> {
                            put(t, "a");
                            sessions.kill(sessions.number(lent(t)));
                            try {
                                execute(lent(t), "update mine set n = 7 where id = 1");
                            } catch (SQLException e) {
                                throw new IllegalStateException("as a library wraps it", e);
                            }
                            return true;
                        }));
        assertCode(
                "LF-3009",
                () ->
                        store.inTransaction(t -> {
                            put(t, "a");
                            sessions.kill(sessions.number(lent(t)));
                            assertThatThrownBy(() -> t.count(VIEW))
                                    .isInstanceOf(StoreUnavailableException.class);
                            assertThatThrownBy(() -> t.count(VIEW))
                                    .isInstanceOf(IllegalStateException.class);
                            return true; // and keeps it to itself
                        }));
        assertCode(
                "LF-3009",
                () ->
                        store.inTransaction(t -> {
                            put(t, "a");
                            sessions.kill(sessions.number(lent(t)));
                            assertThatThrownBy(() -> t.count(VIEW))
                                    .isInstanceOf(StoreUnavailableException.class);
                            throw new IllegalArgumentException("something else");
                        }));
        assertThat(state()).containsExactly(0L, 0L);
    }

    /** One of two who wait for each other has to give way, in its own statement or in ours. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void who_has_to_give_way_has_changed_nothing(Kind kind) throws Exception {
        open(kind, JdbcViewOptions.defaults());
        CyclicBarrier both = new CyclicBarrier(2);
        CompletableFuture<String> other =
                CompletableFuture.supplyAsync(() ->
                        outcome(t -> {
                            execute(lent(t), "update mine set n = n + 1 where id = 1");
                            both.await();
                            t.lock(VIEW, 3);
                            put(t, "other");
                            return "done";
                        }));
        String mine =
                outcome(t -> {
                    t.lock(VIEW, 3);
                    put(t, "mine");
                    both.await();
                    execute(lent(t), "update mine set n = n + 1 where id = 1");
                    return "done";
                });
        assertThat(List.of(mine, other.get())).containsExactlyInAnyOrder("done", "LF-3013");
        assertThat(state()).containsExactly(1L, 1L);
    }

    private String outcome(ViewStore.Work<String, Exception> work) {
        try {
            return store.inTransaction(work);
        } catch (LeftfoldException e) {
            return e.code();
        } catch (Exception e) {
            return e.toString();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_lock_that_is_not_to_be_had_in_time_is_waited_for_no_longer(Kind kind) throws Exception {
        open(kind, JdbcViewOptions.defaults().timeout(Duration.ofSeconds(1)));
        store.inTransaction(t -> {
            t.lock(VIEW, 0);
            execute(lent(t), "update mine set n = 1 where id = 2");
            CompletableFuture<String> ours =
                    CompletableFuture.supplyAsync(() ->
                            outcome(other -> {
                                put(other, "a");
                                return "got " + other.lock(VIEW, 0);
                            }));
            assertThat(ours.get()).isEqualTo("LF-3013");
            CompletableFuture<String> theirs =
                    CompletableFuture.supplyAsync(() ->
                            outcome(other -> {
                                put(other, "a");
                                execute(lent(other), "update mine set n = 2 where id = 2");
                                return "got it";
                            }));
            assertThat(theirs.get()).isEqualTo("LF-3013");
            return true;
        });
        assertThat(state()).containsExactly(0L, 1L);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_pool_without_a_connection_is_no_answer(Kind kind) throws Exception {
        open(kind, JdbcViewOptions.defaults());
        try (Connection one = pool.getConnection();
                Connection two = pool.getConnection();
                Connection three = pool.getConnection()) {
            assertThat(List.of(one, two, three)).doesNotHaveDuplicates();
            assertCode("LF-3009", () -> store.inTransaction(t -> t.count(VIEW)));
        }
        assertThat(state()).containsExactly(0L, 0L);
    }
}
