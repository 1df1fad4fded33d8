package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Query;
import org.leftfold.api.Subscription;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.JdbcViewHandler;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.SkipWithoutServer;

/** A handler that fails, or does what it must not, ends its view and leaves nothing half done. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(120)
class ViewFailuresTest {
    private final SplittableRandom random = new SplittableRandom(7_031);

    private interface Misdeed {
        void on(Connection connection) throws SQLException;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_handler_that_ends_its_transaction_ends_its_view(Kind kind) throws Exception {
        DataSource source = kind.shared();
        for (Misdeed misdeed :
                List.<Misdeed>of(Connection::commit, Connection::rollback, Connection::close)) {
            ViewTable table = new ViewTable(source);
            try (JdbcEventStore store = kind.open(source, Kind.ownTables())) {
                ViewTable.append(store, random, 10);
                JdbcViewHandler handler =
                        (connection, event) -> {
                            table.apply(connection, event);
                            if (event.position() == 5) {
                                misdeed.on(connection);
                            }
                        };
                try (Subscription view = store.views().follow("sums", Query.all(), handler)) {
                    assertThatThrownBy(() -> view.completion().get(20, TimeUnit.SECONDS))
                            .cause()
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("must not commit, roll back");
                    assertThat(store.checkpoints().load("sums")).isEmpty();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_handler_that_fails_while_its_view_is_closed_is_heard(Kind kind) throws Exception {
        DataSource source = kind.shared();
        try (JdbcEventStore store = kind.open(source, Kind.ownTables())) {
            AtomicReference<Subscription> self = new AtomicReference<>();
            CompletableFuture<Void> started = new CompletableFuture<>();
            Subscription view =
                    store.views()
                            .follow(
                                    "sums",
                                    Query.all(),
                                    (connection, event) -> {
                                        started.join();
                                        self.get().close();
                                        throw new IllegalStateException("poisoned");
                                    });
            self.set(view);
            started.complete(null);
            ViewTable.append(store, random, 1);
            assertThatThrownBy(() -> view.completion().get(20, TimeUnit.SECONDS))
                    .cause()
                    .hasMessage("poisoned");
        }
    }

    /** A connection that lives on must not commit, at its next setting, what was to be undone. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void what_cannot_be_rolled_back_is_not_committed_either(Kind kind) throws Exception {
        try (HikariDataSource pool = kind.newPool(4);
                JdbcEventStore store = kind.open(withoutRollback(pool), JdbcOptions.defaults())) {
            ViewTable table = new ViewTable(pool);
            ViewTable.append(store, random, 3);
            JdbcViewHandler handler =
                    (connection, event) -> {
                        table.apply(connection, event);
                        throw new IllegalStateException("poisoned");
                    };
            try (Subscription view = store.views().follow("sums", Query.all(), handler)) {
                assertThatThrownBy(() -> view.completion().get(20, TimeUnit.SECONDS))
                        .cause()
                        .hasMessage("poisoned");
            }
            assertThat(table.sums(pool)).isEqualTo(new ViewTable.Sums(0, 0, 0));
            try (Subscription view = store.views().follow("sums", Query.all(), table)) {
                table.awaitEqual(view, pool, store);
            }
            ViewTable.Sums before = table.sums(pool);
            assertThatThrownBy(() ->
                            store.views()
                                    .reset(
                                            "sums",
                                            connection -> {
                                                table.clear(connection);
                                                throw new IllegalStateException("no");
                                            }))
                    .hasMessage("no");
            assertThat(table.sums(pool)).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void what_depends_on_the_end_of_a_view_may_close_it(Kind kind) throws Exception {
        DataSource source = kind.shared();
        try (JdbcEventStore store = kind.open(source, Kind.ownTables())) {
            ViewTable.append(store, random, 1);
            CompletableFuture<Void> closed = new CompletableFuture<>();
            Subscription view =
                    store.views()
                            .follow(
                                    "sums",
                                    Query.all(),
                                    (connection, event) -> {
                                        throw new IllegalStateException("poisoned");
                                    });
            CompletableFuture<Void> unused =
                    view.completion()
                            .whenComplete((done, failure) -> {
                                view.close();
                                closed.complete(null);
                            });
            closed.get(20, TimeUnit.SECONDS);
            view.close();
            assertThat(view.completion()).isCompletedExceptionally();
        }
    }

    /** Connections of a source that lose every rollback. */
    private static DataSource withoutRollback(DataSource source) {
        return around(
                DataSource.class,
                (proxy, method, arguments) -> {
                    Object result = invoke(method, source, arguments);
                    return result instanceof Connection connection
                            ? around(
                                    Connection.class,
                                    (self, called, with) -> {
                                        if (called.getName().equals("rollback")) {
                                            throw new SQLException("it is not rolled back");
                                        }
                                        return invoke(called, connection, with);
                                    })
                            : result;
                });
    }

    private static <T> T around(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(
                        ViewFailuresTest.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object invoke(Method method, Object on, Object[] arguments) throws Throwable {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
