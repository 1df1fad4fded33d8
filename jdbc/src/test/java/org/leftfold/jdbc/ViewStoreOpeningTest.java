package org.leftfold.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.Payload;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.jdbc.schema.ViewMigrations;
import org.leftfold.jdbc.sql.AnyDatabase;
import org.leftfold.jdbc.sql.AnyDialect;
import org.leftfold.jdbc.sql.H2Dialect;
import org.leftfold.jdbc.sql.MariaDbDialect;
import org.leftfold.jdbc.sql.PostgresDialect;
import org.leftfold.servers.Database;
import org.leftfold.servers.SkipWithoutServer;

/** The tables of a view store are made once, and connections are given back as they came. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(120)
class ViewStoreOpeningTest {
    private static final View VIEW = new View("orders", 1);
    private static final int OPENERS = 8;
    private static final AtomicLong DATABASES = new AtomicLong();

    /** Where views live. */
    private enum Home {
        POSTGRES,
        MARIADB,
        H2;

        DataSource newDatabase() {
            if (this == H2) {
                JdbcDataSource source = new JdbcDataSource();
                source.setURL(
                        "jdbc:h2:mem:opened%d;DB_CLOSE_DELAY=-1"
                                .formatted(DATABASES.incrementAndGet()));
                return source;
            }
            return Kind.valueOf(name()).newPool(OPENERS);
        }

        AnyDialect dialect() {
            return switch (this) {
                case POSTGRES -> new PostgresDialect();
                case MARIADB -> new MariaDbDialect();
                case H2 -> new H2Dialect();
            };
        }

        /** What the limits of a session are. */
        String limits() {
            return switch (this) {
                case POSTGRES ->
                        "select current_setting('statement_timeout') || ' ' || current_setting("
                                + "'idle_in_transaction_session_timeout')";
                case MARIADB ->
                        "select concat(@@innodb_lock_wait_timeout, ' ', @@max_statement_time, ' ',"
                                + " @@idle_transaction_timeout)";
                case H2 -> "call lock_timeout()";
            };
        }

        List<String> script(DataSource source) {
            AnyDatabase database =
                    new AnyDatabase(
                            source,
                            dialect(),
                            JdbcViewOptions.defaults().tables(),
                            Duration.ofSeconds(1));
            return dialect().statements(ViewMigrations.script(database));
        }
    }

    private static void close(DataSource source) {
        if (source instanceof HikariDataSource pool) {
            pool.close();
        } else {
            ViewTables.execute(source, "shutdown");
        }
    }

    private static long step(ViewStore store) {
        return store.inTransaction(t -> {
            long number = t.lock(VIEW, 0).events() + 1;
            t.save(VIEW, 0, new Progress(Optional.empty(), 0, 0, number));
            return number;
        });
    }

    private static void assertCode(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LeftfoldException.class,
                        e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    }

    @ParameterizedTest
    @EnumSource(Home.class)
    void whoever_opens_at_once_opens_the_same_views(Home home) throws Exception {
        for (int round = 0; round < 3; round++) {
            DataSource source = home.newDatabase();
            CyclicBarrier start = new CyclicBarrier(OPENERS);
            List<Future<Long>> opened = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(OPENERS)) {
                for (int i = 0; i < OPENERS; i++) {
                    opened.add(
                            threads.submit(() -> {
                                start.await();
                                return step(JdbcViewStore.open(source));
                            }));
                }
            }
            List<Long> steps = new ArrayList<>();
            for (Future<Long> one : opened) {
                steps.add(one.get());
            }
            assertThat(steps).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
            close(source);
        }
    }

    @ParameterizedTest
    @EnumSource(Home.class)
    void tables_are_made_by_hand_or_completed_where_that_was_cut_short(Home home) {
        int statements = 1;
        for (int made = 0; made <= statements; made++) {
            DataSource source = home.newDatabase();
            List<String> script = home.script(source);
            statements = script.size();
            script.subList(0, made).forEach(sql -> ViewTables.execute(source, sql));
            JdbcViewOptions byHand = JdbcViewOptions.defaults().withoutCreatingTables();
            if (made < statements) {
                assertCode("LF-5003", () -> JdbcViewStore.open(source, byHand));
                assertThat(step(JdbcViewStore.open(source))).isEqualTo(1);
            } else {
                assertThat(step(JdbcViewStore.open(source, byHand))).isEqualTo(1);
                ViewTables.execute(source, "update leftfold_view_format set format = 2");
                assertCode("LF-5001", () -> JdbcViewStore.open(source));
            }
            close(source);
        }
    }

    @ParameterizedTest
    @EnumSource(Home.class)
    void connections_are_given_back_as_they_came(Home home) throws Exception {
        DataSource source = home.newDatabase();
        ViewStore made = JdbcViewStore.open(source);
        assertThat(step(made)).isEqualTo(1);
        try (Connection one = source.getConnection()) {
            for (boolean autoCommit : List.of(true, false)) {
                one.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                one.setAutoCommit(autoCommit);
                String limits = text(one, home.limits());
                if (!autoCommit) {
                    one.commit();
                }
                ViewStore store = JdbcViewStore.open(only(one));
                List<Runnable> uses =
                        List.of(
                                () -> step(store),
                                () ->
                                        assertThatThrownBy(() ->
                                                        store.inTransaction(t -> {
                                                            step(
                                                                    t.unwrap(Connection.class)
                                                                                    .isEmpty()
                                                                            ? store
                                                                            : made);
                                                            throw new IllegalStateException(
                                                                    "on purpose");
                                                        }))
                                                .isInstanceOf(IllegalStateException.class));
                for (Runnable use : uses) {
                    use.run();
                    assertThat(one.getAutoCommit()).isEqualTo(autoCommit);
                    assertThat(one.getTransactionIsolation())
                            .isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
                    assertThat(text(one, home.limits())).isEqualTo(limits);
                    if (!autoCommit) {
                        one.commit();
                    }
                }
            }
        }
        close(source);
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /** A source that has one connection, which stays open. */
    private static DataSource only(Connection connection) {
        Connection open =
                proxy(
                        Connection.class,
                        (method, arguments) ->
                                method.getName().equals("close")
                                        ? null
                                        : method.invoke(connection, arguments));
        return proxy(DataSource.class, (method, arguments) -> open);
    }

    private interface Call {
        Object of(java.lang.reflect.Method method, Object[] arguments) throws Exception;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (self, method, arguments) -> {
                            try {
                                return call.of(method, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }

    @Test
    void another_kind_of_database_is_refused_and_one_that_is_away_can_be_tried_again() {
        DatabaseMetaData oracle = proxy(DatabaseMetaData.class, (method, arguments) -> "Oracle");
        Connection connection =
                proxy(
                        Connection.class,
                        (method, arguments) ->
                                method.getName().equals("getMetaData") ? oracle : null);
        assertCode(
                "LF-1305",
                () -> JdbcViewStore.open(proxy(DataSource.class, (method, args) -> connection)));
        DataSource away = Switched.source(Home.H2.newDatabase(), () -> true);
        assertCode("LF-3009", () -> JdbcViewStore.open(away));
    }

    @Test
    void options_that_make_no_sense_are_refused() {
        assertCode("LF-1001", () -> JdbcViewOptions.defaults().tablePrefix("Views"));
        assertCode("LF-1003", () -> JdbcViewOptions.defaults().timeout(Duration.ofNanos(999_999)));
    }

    private static String document() throws IOException {
        Path document = Path.of("docs/sql.md");
        return Files.readString(
                Files.exists(document) ? document : Path.of("..").resolve(document));
    }

    @ParameterizedTest
    @EnumSource(Home.class)
    void every_column_of_the_views_is_documented(Home home) throws Exception {
        DataSource source = home.newDatabase();
        ViewStore unused = JdbcViewStore.open(source);
        List<String> columns = new ArrayList<>();
        try (Connection connection = source.getConnection();
                ResultSet found =
                        connection
                                .getMetaData()
                                .getColumns(connection.getCatalog(), null, "%", null)) {
            while (found.next()) {
                String table = found.getString("TABLE_NAME").toLowerCase(Locale.ROOT);
                if (table.startsWith("leftfold_view_")) {
                    String column = found.getString("COLUMN_NAME").toLowerCase(Locale.ROOT);
                    columns.add("`" + column + "`");
                    columns.add("`" + table.substring("leftfold_".length()) + "`");
                }
            }
        }
        close(source);
        String document = document();
        String text = document.substring(document.indexOf("## View store"));
        assertThat(columns)
                .hasSizeGreaterThan(50)
                .allSatisfy(column -> assertThat(text).contains(column));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void the_role_of_the_document_may_do_what_it_needs_and_nothing_else(Kind kind)
            throws Exception {
        String text = document();
        Matcher scripts =
                Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL)
                        .matcher(text.substring(text.indexOf("## View store")));
        for (int i = 0; i < (kind == Kind.POSTGRES ? 1 : 2); i++) {
            assertThat(scripts.find()).as("a script for " + kind).isTrue();
        }
        Database database = kind.newDatabase();
        try (HikariDataSource owner = Kind.pool(database, 2)) {
            ViewStore unused = JdbcViewStore.open(owner);
            for (String sql : scripts.group(1).strip().split(";\\s*", -1)) {
                if (!sql.isEmpty()) {
                    ViewTables.execute(owner, sql);
                }
            }
        }
        try (HikariDataSource app =
                Kind.pool(database.jdbcUrl(), "leftfold_views", "change me", 2)) {
            ViewStore store =
                    JdbcViewStore.open(app, JdbcViewOptions.defaults().withoutCreatingTables());
            assertThat(step(store)).isEqualTo(1);
            int cleared =
                    store.inTransaction(t -> {
                        t.lockHeader("orders");
                        t.saveHeader("orders", Payload.empty());
                        t.put(VIEW, List.of(new ViewStore.Row(0, "k", Payload.empty())));
                        t.remove(VIEW, List.of("k"));
                        t.unpark(VIEW, 0, 1);
                        return t.clear(VIEW, 10);
                    });
            assertThat(cleared).isEqualTo(1);
            assertThatThrownBy(() -> ViewTables.execute(app, "drop table leftfold_view_rows"))
                    .hasCauseInstanceOf(SQLException.class);
            assertThatThrownBy(() -> ViewTables.execute(app, "delete from leftfold_view_headers"))
                    .hasCauseInstanceOf(SQLException.class);
        }
    }
}
