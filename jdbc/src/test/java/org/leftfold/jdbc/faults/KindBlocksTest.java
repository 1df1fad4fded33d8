package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.JoinedAppends;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.random.Seeds;

/** Events of a kind are found in filed blocks and behind them, whatever is filed of them. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(180)
class KindBlocksTest {
    private static final long SEED = Seeds.range(23_000, 1).getFirst();
    private static final int EVENTS = 5_000;
    private static final int FULL_BLOCKS = EVENTS / 1024;
    private static final int REQUESTS = 150;

    private static final String SOME =
            "(select max(kind_id) from leftfold_kind_blocks where block = 2)";

    private static HikariDataSource filled(int events, InMemoryEventStore model) {
        HikariDataSource pool = Kind.POSTGRES.newPool(4);
        SplittableRandom random = new SplittableRandom(SEED);
        try (JdbcEventStore store = Kind.POSTGRES.open(pool, JdbcOptions.defaults())) {
            for (int count = 0; count < events; ) {
                int size = Math.min(events - count, 1 + random.nextInt(90));
                List<NewEvent> batch = new ArrayList<>();
                for (int i = 0; i < size; i++) {
                    // one type in half of the events, one in few of them, schema versions of each
                    int type = random.nextInt(2) == 0 ? 0 : 1 + random.nextInt(40);
                    batch.add(
                            NewEvent.ofJson("T" + type, "{}")
                                    .withSchemaVersion(1 + random.nextInt(3)));
                }
                StreamName stream =
                        new StreamName("c" + random.nextInt(3) + "-" + random.nextInt(20));
                Append append = Append.to(stream, ExpectedVersion.any(), batch);
                store.append(append);
                model.append(append);
                count += size;
            }
        }
        return pool;
    }

    private static List<Long> positions(Iterable<RecordedEvent> events) {
        List<Long> positions = new ArrayList<>();
        events.forEach(event -> positions.add(event.position()));
        return positions;
    }

    private static Query anyQuery(SplittableRandom random) {
        List<QueryItem> items = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(2); i++) {
            TreeSet<String> types = new TreeSet<>();
            for (int t = 0; t <= random.nextInt(3); t++) {
                types.add("T" + random.nextInt(42));
            }
            QueryItem item = QueryItem.everything();
            boolean byCategory = random.nextInt(4) == 0;
            item = byCategory ? item.andCategories("c" + random.nextInt(4)) : item;
            items.add(
                    byCategory && random.nextBoolean()
                            ? item
                            : item.andTypes(types.toArray(String[]::new)));
        }
        return Query.anyOf(items.toArray(QueryItem[]::new));
    }

    private static void compare(JdbcEventStore store, InMemoryEventStore model, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < REQUESTS; i++) {
            ReadRequest request = ReadRequest.of(anyQuery(random));
            long after = random.nextInt(EVENTS + 100);
            request = random.nextInt(3) == 0 ? request : request.after(after);
            long to = random.nextBoolean() ? after + random.nextInt(2_000) : EVENTS;
            request = random.nextInt(3) == 0 ? request : request.to(Math.max(1, to));
            request = random.nextBoolean() ? request : request.backward();
            request = random.nextInt(3) > 0 ? request : request.limit(1 + random.nextInt(200));
            assertThat(positions(store.read(request)))
                    .as("seed %d, %s", seed, request)
                    .isEqualTo(positions(model.read(request)));
        }
    }

    private static long number(HikariDataSource pool, String sql) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : -1;
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    private static void execute(HikariDataSource pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long filed(HikariDataSource pool) {
        return number(pool, "select count(*) from leftfold_kind_blocks where kind_id = -1");
    }

    private static void awaitFiled(HikariDataSource pool) {
        Waiting.until("all full blocks are filed", () -> filed(pool) == FULL_BLOCKS);
    }

    @Test
    void reads_by_kind_give_what_a_filter_over_the_log_gives_however_much_is_filed()
            throws SQLException {
        try (InMemoryEventStore model = InMemoryEventStore.open();
                HikariDataSource pool = filled(EVENTS, model);
                JdbcEventStore store = Kind.POSTGRES.open(pool, JdbcOptions.defaults())) {
            store.append(new StreamName("x-1"), ExpectedVersion.any(), NewEvent.ofJson("X", "{}"));
            model.append(new StreamName("x-1"), ExpectedVersion.any(), NewEvent.ofJson("X", "{}"));
            awaitFiled(pool);
            assertThat(number(pool, "select sum(cardinality(positions)) from leftfold_kind_blocks"))
                    .isEqualTo(1024L * FULL_BLOCKS);
            for (int left = FULL_BLOCKS; left >= 0; left--) {
                execute(pool, "delete from leftfold_kind_blocks where block >= " + left);
                compare(store, model, SEED + left);
            }
        }
    }

    @Test
    void what_is_missing_is_filed_by_whoever_appends_next() throws SQLException {
        try (InMemoryEventStore model = InMemoryEventStore.open();
                HikariDataSource pool = filled(EVENTS, model)) {
            execute(pool, "delete from leftfold_kind_blocks where block > 1");
            try (JdbcEventStore store = Kind.POSTGRES.open(pool, JdbcOptions.defaults());
                    JdbcEventStore other = Kind.POSTGRES.open(pool, JdbcOptions.defaults())) {
                NewEvent event = NewEvent.ofJson("X", "{}");
                store.append(new StreamName("x-1"), ExpectedVersion.any(), event);
                other.append(new StreamName("x-2"), ExpectedVersion.any(), event);
                awaitFiled(pool);
            }
            assertThat(
                            number(
                                    pool,
                                    "select count(*) from leftfold_kind_blocks b"
                                            + " cross join lateral unnest(b.positions) p(place)"
                                            + " join leftfold_events e"
                                            + " on e.position = b.block * 1024 + p.place + 1"))
                    .isEqualTo(1024L * FULL_BLOCKS);
        }
    }

    private static Append ofThreeTypes(int count) {
        List<NewEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(NewEvent.ofJson("T" + i % 3, "{}"));
        }
        return Append.to(new StreamName("a-1"), ExpectedVersion.noStream(), events);
    }

    private static void appendJoined(JdbcEventStore store, Connection connection)
            throws SQLException {
        connection.setAutoCommit(false);
        try (JoinedAppends joined = store.joining(connection)) {
            joined.append(ofThreeTypes(1_500));
            joined.flush();
            connection.commit();
            joined.committed();
        }
    }

    @Test
    void joined_appends_are_filed_as_well() throws SQLException {
        try (HikariDataSource pool = Kind.POSTGRES.newPool(4);
                JdbcEventStore store = Kind.POSTGRES.open(pool, JdbcOptions.defaults())) {
            try (Connection connection = pool.getConnection()) {
                appendJoined(store, connection);
            }
            Waiting.until("the block is filed", () -> filed(pool) == 1);
            assertThat(positions(store.read(ReadRequest.of(Query.types("T1"))))).hasSize(500);
        }
    }

    @Test
    void a_condition_on_a_type_sees_what_is_filed_and_what_is_not() {
        try (InMemoryEventStore model = InMemoryEventStore.open();
                HikariDataSource pool = filled(EVENTS, model);
                JdbcEventStore store = Kind.POSTGRES.open(pool, JdbcOptions.defaults())) {
            for (long after : List.of(0L, 1_023L, 1_024L, 2_500L, 4_900L)) {
                for (int type = 0; type < 42; type++) {
                    Query query = Query.types("T" + type);
                    long last =
                            positions(model.read(ReadRequest.of(query).backward().limit(1)))
                                    .stream()
                                    .findFirst()
                                    .orElse(0L);
                    Append append =
                            Append.to(
                                            new StreamName("d-" + after),
                                            ExpectedVersion.any(),
                                            List.of(NewEvent.ofJson("Z", "{}")))
                                    .onlyIf(AppendCondition.noneAfter("none", query, after));
                    if (last > after) {
                        assertThatExceptionOfType(ConditionFailedException.class)
                                .isThrownBy(() -> store.append(append));
                    } else {
                        store.append(append);
                    }
                }
            }
        }
    }

    @Test
    void what_is_filed_wrongly_is_found_and_can_be_filed_anew() throws SQLException {
        try (InMemoryEventStore model = InMemoryEventStore.open();
                HikariDataSource pool = filled(EVENTS, model);
                JdbcEventStore store = Kind.POSTGRES.open(pool, JdbcOptions.defaults())) {
            append(store);
            awaitFiled(pool);
            assertThat(problems(store)).isEmpty();
            for (String damage :
                    List.of(
                            "delete from leftfold_kind_blocks where block = 2 and kind_id = "
                                    + SOME,
                            "delete from leftfold_kind_blocks where block = 1 and kind_id = -1",
                            "update leftfold_kind_blocks set positions = positions[2:]"
                                    + " where block = 2 and kind_id = "
                                    + SOME,
                            "update leftfold_kind_blocks set kind_id = 500"
                                    + " where block = 2 and kind_id = "
                                    + SOME)) {
                execute(pool, damage);
                assertThat(problems(store)).as(damage).contains("leftfold_kind_blocks");
                execute(pool, "truncate leftfold_kind_blocks");
                Waiting.until(
                        "an append of the same store files all of it again",
                        () -> {
                            append(store); // it looks now and then
                            return filed(pool) >= FULL_BLOCKS;
                        });
                assertThat(problems(store)).isEmpty();
            }
        }
    }

    private static void append(JdbcEventStore store) {
        store.append(new StreamName("x-1"), ExpectedVersion.any(), NewEvent.ofJson("X", "{}"));
    }

    private static String problems(JdbcEventStore store) {
        StringBuilder all = new StringBuilder();
        store.admin().verify(position -> {}).problems().forEach(all::append);
        return all.toString();
    }

    /** Else the events of the lost one would be taken for those of another kind. */
    @Test
    void the_number_of_a_kind_that_was_lost_is_given_to_none_whether_filed_or_not()
            throws SQLException {
        for (int events : List.of(1_024, 1_020)) {
            try (InMemoryEventStore model = InMemoryEventStore.open();
                    HikariDataSource pool = filled(events, model);
                    JdbcEventStore store = Kind.POSTGRES.open(pool, JdbcOptions.defaults())) {
                RecordedEvent first = model.read(ReadRequest.all().limit(1)).toList().getFirst();
                store.append( // of no new kind
                        first.stream(),
                        ExpectedVersion.any(),
                        NewEvent.ofJson(first.type().value(), "{}")
                                .withSchemaVersion(first.schemaVersion()));
                Waiting.until("what is full is filed", () -> filed(pool) == events / 1024);
                long last = number(pool, "select max(kind_id) from leftfold_events");
                execute(pool, "delete from leftfold_kinds where kind_id = " + last);
                try (JdbcEventStore next = Kind.POSTGRES.open(pool, JdbcOptions.defaults())) {
                    next.append(
                            new StreamName("y-1"),
                            ExpectedVersion.any(),
                            NewEvent.ofJson("New", "{}"));
                    next.append(
                            new StreamName("y-1"),
                            ExpectedVersion.streamExists(), // not foreseen: the long way
                            NewEvent.ofJson("Newer", "{}"));
                }
                assertThat(
                                number(
                                        pool,
                                        "select count(*) from leftfold_kinds where kind_id > "
                                                + last))
                        .isEqualTo(2);
                assertThat(
                                number(
                                        pool,
                                        "select count(*) from leftfold_kinds where kind_id = "
                                                + last))
                        .isZero();
            }
        }
    }

    /** As if a server had come back without what was filed last, which is not durable at once. */
    @Test
    void a_filer_that_believes_in_blocks_that_are_gone_files_nothing_above_them() throws Exception {
        try (InMemoryEventStore model = InMemoryEventStore.open();
                HikariDataSource pool = filled(EVENTS, model);
                JdbcEventStore store = Kind.POSTGRES.open(pool, JdbcOptions.defaults())) {
            execute(pool, "delete from leftfold_kind_blocks where block >= 2 or kind_id = -2");
            try (Connection connection = pool.getConnection();
                    Statement lock = connection.createStatement()) {
                connection.setAutoCommit(false);
                lock.execute("lock table leftfold_kind_blocks in share row exclusive mode");
                append(store); // the filer has seen the blocks 0 and 1, and waits for the lock
                Waiting.until(
                        "somebody waits for the lock",
                        () -> number(pool, "select count(*) from pg_locks where not granted") > 0);
                lock.execute("delete from leftfold_kind_blocks");
                connection.commit();
                connection.setAutoCommit(true);
            }
            Waiting.until(
                    "all is filed again",
                    () -> {
                        append(store);
                        assertThat(problems(store)).doesNotContain("as a whole");
                        return filed(pool) >= FULL_BLOCKS;
                    });
            compare(store, model, SEED);
        }
    }

    @Test
    void a_data_source_that_fails_in_its_own_way_ends_nothing() {
        AtomicBoolean fails = new AtomicBoolean();
        List<String> noticed = new CopyOnWriteArrayList<>();
        StoreListener listener =
                new StoreListener() {
                    @Override
                    public void noticed(String what) {
                        noticed.add(what);
                    }
                };
        try (HikariDataSource pool = Kind.POSTGRES.newPool(4);
                JdbcEventStore store =
                        Kind.POSTGRES.open(
                                failing(pool, fails), JdbcOptions.defaults().listener(listener))) {
            fails.set(true);
            store.append(ofThreeTypes(2_100));
            Waiting.until("it was noticed", () -> noticed.size() == 1);
            assertThat(noticed.getFirst()).contains("not filed by kind").contains("no thread");
            fails.set(false);
            Waiting.until(
                    "the blocks are filed",
                    () -> {
                        append(store);
                        return filed(pool) >= 2;
                    });
        }
    }

    /** The writer has its connection; what is asked for on other threads fails. */
    private static DataSource failing(DataSource source, AtomicBoolean fails) {
        return (DataSource)
                Proxy.newProxyInstance(
                        DataSource.class.getClassLoader(),
                        new Class<?>[] {DataSource.class},
                        (proxy, method, arguments) -> {
                            if (fails.get() && Thread.currentThread().isVirtual()) {
                                throw new IllegalStateException("no thread of mine");
                            }
                            return method.invoke(source, arguments);
                        });
    }

    /**
     * Pools often have no more than one connection to give, and wait for it as long as it takes.
     */
    @Test
    void a_store_is_closed_by_somebody_who_has_the_only_connection() throws SQLException {
        try (HikariDataSource pool = Kind.POSTGRES.newPool(1)) {
            JdbcEventStore store = Kind.POSTGRES.open(pool, JdbcOptions.defaults());
            pool.getHikariConfigMXBean().setConnectionTimeout(60_000);
            try (Connection connection = pool.getConnection()) {
                appendJoined(store, connection);
                long begin = System.nanoTime();
                store.close();
                assertThat(System.nanoTime() - begin)
                        .as("nanoseconds; the pool waits for a minute")
                        .isLessThan(30_000_000_000L);
            }
        }
    }
}
