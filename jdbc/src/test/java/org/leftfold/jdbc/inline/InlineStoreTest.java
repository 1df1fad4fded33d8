package org.leftfold.jdbc.inline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.leftfold.jdbc.inline.Counters.counts;
import static org.leftfold.jdbc.inline.Counters.event;
import static org.leftfold.jdbc.inline.Counters.folded;
import static org.leftfold.jdbc.inline.Counters.rows;
import static org.leftfold.jdbc.inline.Counters.stream;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.VersionConflictException;
import org.leftfold.api.spi.InMemoryViewStore;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.projection.Delivery;
import org.leftfold.framework.projection.ErrorPolicy;
import org.leftfold.framework.projection.EventHandlerMethod;
import org.leftfold.framework.projection.EventSubscriber;
import org.leftfold.framework.projection.InlineStore;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.ProjectionRefusedException;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.projection.ProjectionsBuilder;
import org.leftfold.framework.transform.StreamRedesign;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.JdbcViewStore;
import org.leftfold.jdbc.Kind;
import org.leftfold.jdbc.inline.Counters.Counted;
import org.leftfold.jdbc.inline.Counters.Counter;
import org.leftfold.jdbc.inline.Counters.Renamed;
import org.leftfold.jdbc.inline.Counters.Total;
import org.leftfold.servers.SkipWithoutServer;

/** Views in the same transaction as the append: both there, or neither, and at once. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(120)
class InlineStoreTest {
    private static final Projection<Counter> EACH = Counters.each().build();
    private static final Projection<Total> TOTAL = Counters.total().build();

    private HikariDataSource pool;
    private JdbcEventStore plain;
    private ViewStore views;

    private InlineStore open(Kind kind, Projection<?>... projections) {
        pool = kind.newPool(4);
        plain = kind.open(pool, JdbcOptions.defaults());
        views = JdbcViewStore.open(pool);
        return inline(projections);
    }

    private InlineStore inline(Projection<?>... projections) {
        return builder(projections).inline();
    }

    private ProjectionsBuilder builder(Projection<?>... projections) {
        ProjectionsBuilder builder = Leftfold.on(plain).projections(views);
        List.of(projections).forEach(builder::add);
        return builder;
    }

    @AfterEach
    void close() {
        if (plain != null) {
            plain.close();
        }
        if (pool != null) {
            pool.close();
        }
    }

    private static ErrorPolicy atOnce() {
        return ErrorPolicy.retry(1).pausing(Duration.ZERO);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void who_has_appended_reads_what_he_wrote(Kind kind) {
        InlineStore store = open(kind, EACH, TOTAL);
        for (int i = 1; i <= 20; i++) {
            AppendResult result = store.append(counts(i % 3, i, 1));
            Counter row = store.rows(EACH).find("counter-" + i % 3).orElseThrow();
            assertThat(row.versions()).last().isEqualTo(result.lastVersion());
            assertThat(store.rows(TOTAL).find("all").orElseThrow().events()).isEqualTo(2L * i);
        }
        store.append(stream("named"), ExpectedVersion.noStream(), event(new Renamed("n")));
        assertThat(rows(store.rows(EACH))).isEqualTo(folded(plain, EACH)).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_append_to_several_streams_takes_effect_in_the_order_of_its_positions(Kind kind) {
        InlineStore store = open(kind, EACH, TOTAL);
        List<NewEvent> many = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            many.add(event(new Counted(i)));
        }
        NewEvent large =
                NewEvent.ofJson(
                        "counted", "{\"by\":1,\"filler\":\"%s\"}".formatted("x".repeat(9000)));
        store.append(
                counts(1, 1, 2)
                        .andTo(stream(2), ExpectedVersion.noStream(), many)
                        .andTo(stream(3), ExpectedVersion.noStream(), large));
        assertThat(rows(store.rows(EACH))).isEqualTo(folded(plain, EACH)).hasSize(3);
        assertThat(store.rows(TOTAL).find("all")).contains(new Total(3 + 699 * 350 + 1, 703));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void what_a_merge_copies_is_in_each_row_once(Kind kind) {
        InlineStore store = open(kind, EACH, TOTAL);
        store.append(counts(1, 5, 6));
        store.append(counts(2, 7));
        store.append(counts(1, 8));
        new StreamRedesign(store, new AdminAct("anna", "one counter"))
                .inPortionsAbove(1)
                .merge(List.of(stream(1), stream(2)), stream(3));
        assertThat(store.rows(TOTAL).find("all")).contains(new Total(26, 4));
        assertThat(store.rows(EACH).find("counter-3").orElseThrow().sum()).isEqualTo(26);
        assertThat(rows(store.rows(EACH))).isEqualTo(folded(plain, EACH)).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_refused_append_is_in_no_view(Kind kind) {
        InlineStore store = open(kind, EACH, TOTAL);
        store.append(counts(1, 5));
        assertThatThrownBy(() ->
                        store.append(
                                counts(2, 7)
                                        .andTo(
                                                stream(1),
                                                ExpectedVersion.noStream(),
                                                event(new Counted(8)))))
                .isInstanceOf(VersionConflictException.class);
        assertThat(store.rows(TOTAL).find("all")).contains(new Total(5, 1));
        assertThat(store.head()).isEqualTo(1);
        store.append(counts(2, 7));
        assertThat(store.rows(TOTAL).find("all")).contains(new Total(12, 2));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_repetition_changes_nothing(Kind kind) {
        InlineStore store = open(kind, TOTAL);
        Append append = counts(1, 5);
        AppendResult first = store.append(append);
        AppendResult again = store.append(append);
        assertThat(again.repeated()).isTrue();
        assertThat(again.writes()).isEqualTo(first.writes());
        assertThat(store.rows(TOTAL).find("all")).contains(new Total(5, 1));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_event_that_fails_is_parked_in_the_transaction_of_its_append(Kind kind) {
        Projection<Counter> each = Counters.each().onError(atOnce()).build();
        InlineStore store = open(kind, each, TOTAL);
        store.append(counts(1, 5));
        AppendResult poison =
                store.append(
                        counts(1, 1, -1, 2)
                                .andTo(stream(2), ExpectedVersion.any(), event(new Counted(3))));
        assertThat(poison.repeated()).isFalse();
        store.append(counts(1, 4));
        assertThat(rows(store.rows(each)).values())
                .containsExactlyInAnyOrder(
                        new Counter(6, List.of(1L, 2L)), new Counter(3, List.of(1L)));
        assertThat(store.rows(TOTAL).find("all")).contains(new Total(14, 6));
        try (Projections manager = builder(each).manage()) {
            assertThat(manager.parking("each").list())
                    .extracting(ParkedEvent::state, ParkedEvent::version)
                    .containsExactly(
                            tuple(ParkedEvent.State.FAILED, 3L),
                            tuple(ParkedEvent.State.HELD, 4L),
                            tuple(ParkedEvent.State.HELD, 5L));
            assertThat(manager.parking("each").drop("counter-1").applied()).isEqualTo(2);
        }
        store.append(counts(1, 1));
        assertThat(store.rows(each).find("counter-1").orElseThrow().sum()).isEqualTo(13);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_event_that_fails_is_left_out_or_refuses_its_append(Kind kind) {
        Projection<Counter> skips = Counters.each().onError(atOnce().thenSkip()).build();
        InlineStore store = open(kind, skips);
        store.append(counts(1, 5, -1, 2));
        assertThat(store.rows(skips).find("counter-1")).contains(new Counter(7, List.of(1L, 3L)));
        Projection<Counter> stops = Counters.each().onError(atOnce().thenStop()).build();
        InlineStore strict = inline(stops);
        assertThatThrownBy(() -> strict.append(counts(2, 1, -7)))
                .isInstanceOfSatisfying(
                        ProjectionRefusedException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo("LF-1222");
                            assertThat(e.projection()).isEqualTo("each");
                            assertThat(e.getMessage())
                                    .isEqualTo(
                                            "LF-1222: this append was refused by the inline projection"
                                                    + " 'each', whose policy is to stop: it fails on event"
                                                    + " 'counted' of stream 'counter-2':"
                                                    + " java.lang.IllegalArgumentException: it counts by -7."
                                                    + " Nothing was stored, no view was changed. Mend what it"
                                                    + " fails on, or let it park or skip such events.");
                        })
                .hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(strict.version(stream(2))).isZero();
        assertThat(strict.rows(stops).find("counter-2")).isEmpty();
    }

    /** Writes a table of the application; no number may be in it twice. */
    @EventSubscriber(id = "numbers")
    static final class Numbers {
        private final List<String> after = new ArrayList<>();

        @EventHandlerMethod
        void on(Counted counted, Connection connection, Delivery delivery) throws SQLException {
            delivery.afterwards(() -> after.add("counted " + counted.by()));
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into numbers values (?)")) {
                insert.setInt(1, counted.by());
                insert.executeUpdate();
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_statement_that_fails_does_not_take_the_append_with_it(Kind kind) throws Exception {
        Numbers numbers = new Numbers();
        Projection<Void> subscriber =
                Projection.subscriber(numbers, Counters.SCHEMA).onError(atOnce()).build();
        InlineStore store = open(kind, subscriber, TOTAL);
        execute("create table numbers (n integer primary key)");
        store.append(counts(1, 1, 2));
        store.append(counts(2, 3, 2, 4));
        assertThat(numbers.after).containsExactly("counted 1", "counted 2", "counted 3");
        assertThat(store.rows(TOTAL).find("all")).contains(new Total(12, 5));
        execute("delete from numbers where n = 2");
        try (Projections manager = builder(subscriber).manage()) {
            assertThat(manager.parking("numbers").retry("counter-2").isClear()).isTrue();
        }
        assertThat(numbers.after).endsWith("counted 2", "counted 4").hasSize(5);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void what_others_have_appended_is_brought_in_first(Kind kind) {
        InlineStore store = open(kind, EACH, TOTAL);
        plain.append(counts(1, 1, 2));
        store.append(stream("named"), ExpectedVersion.any(), event(new Renamed("n")));
        assertThat(rows(store.rows(EACH))).isEqualTo(folded(plain, EACH)).hasSize(1);
        plain.append(counts(2, 3));
        plain.append(counts(1, 4));
        store.append(counts(1, 5));
        assertThat(rows(store.rows(EACH))).isEqualTo(folded(plain, EACH)).hasSize(2);
        assertThat(store.rows(TOTAL).find("all")).contains(new Total(15, 5));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void too_much_of_others_is_left_to_those_who_follow(Kind kind) throws Exception {
        InlineStore store = open(kind, TOTAL);
        int[] ones = new int[3_334];
        Arrays.fill(ones, 1);
        for (int i = 0; i < 3; i++) {
            plain.append(counts("many-" + i, ones));
        }
        assertThatThrownBy(() -> store.append(counts(1, 5)))
                .isInstanceOfSatisfying(
                        ProjectionRefusedException.class,
                        e -> assertThat(e.code()).isEqualTo("LF-1221"))
                .hasMessageContaining("more than 10000 events");
        assertThat(store.version(stream(1))).isZero();
        try (Projections following = builder(TOTAL).start()) {
            assertThat(following.await(TOTAL, plain.checkpoint(), Duration.ofSeconds(60))).isTrue();
        }
        store.append(counts(1, 5));
        assertThat(store.rows(TOTAL).find("all")).contains(new Total(10_007, 10_003));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void appends_without_waiting_take_effect_in_their_order(Kind kind) {
        InlineStore store = open(kind, EACH);
        List<CompletableFuture<AppendResult>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(store.appendAsync(counts(1, i)));
        }
        AppendResult last = store.append(counts(1, 1));
        assertThat(last.lastVersion()).isEqualTo(21);
        for (int i = 0; i < 20; i++) {
            assertThat(all.get(i).join().lastVersion()).isEqualTo(i + 1);
        }
        CompletableFuture<AppendResult> another = store.appendAsync(counts(1, 1));
        store.close();
        assertThat(another.join().lastVersion()).isEqualTo(22);
        assertThat(store.appendAsync(counts(1, 1))).isCompletedExceptionally();
        assertThatThrownBy(() -> store.append(counts(1, 1)))
                .isInstanceOf(InvalidRequestException.class);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_interrupt_ends_no_append(Kind kind) throws Exception {
        InlineStore store = open(kind, TOTAL);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread writer =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                for (int i = 0; i < 50; i++) {
                                    store.append(counts(1, 1));
                                }
                            } catch (Throwable e) {
                                failure.set(e);
                            }
                        });
        while (writer.isAlive()) {
            writer.interrupt();
            boolean unused = writer.join(Duration.ofMillis(7));
        }
        assertThat(failure.get()).isNull();
        assertThat(store.version(stream(1))).isEqualTo(50);
        assertThat(store.rows(TOTAL).find("all")).contains(new Total(50, 50));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_view_that_is_paused_is_left_alone_until_it_is_resumed(Kind kind) throws Exception {
        InlineStore store = open(kind, TOTAL);
        store.append(counts(1, 1));
        try (Projections manager = builder(TOTAL).manage()) {
            manager.pause("total");
            store.append(counts(1, 2));
            assertThat(store.rows(TOTAL).find("all")).contains(new Total(1, 1));
            manager.resume("total");
        }
        store.append(counts(1, 3));
        assertThat(store.rows(TOTAL).find("all")).contains(new Total(6, 3));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_handler_that_appends_on_its_own_is_refused_and_does_not_wait_for_itself(Kind kind) {
        AtomicReference<InlineStore> itself = new AtomicReference<>();
        Projection<Total> appends =
                Projection.of(
                                "appends",
                                Total.class,
                                Counters.SCHEMA,
                                (row, event, key) -> {
                                    itself.get().append(counts(9, 9));
                                    return row;
                                })
                        .onError(ErrorPolicy.retry(0).thenStop())
                        .build();
        InlineStore store = open(kind, appends);
        itself.set(store);
        assertThatThrownBy(() -> store.append(counts(1, 1))).hasMessageContaining("LF-1303");
        assertThat(store.head()).isZero();
    }

    @Test
    void stores_that_cannot_append_in_a_transaction_on_views_are_refused() {
        ProjectionsBuilder builder =
                Leftfold.on(InMemoryEventStore.open())
                        .projections(new InMemoryViewStore())
                        .add(TOTAL);
        assertThatThrownBy(builder::inline)
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("InMemoryEventStore cannot append in a transaction on views");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void views_in_another_place_than_the_events_are_refused(Kind kind) {
        open(kind, TOTAL);
        Leftfold leftfold = Leftfold.on(plain);
        try (HikariDataSource other = kind.newPool(1);
                HikariDataSource h2 = Kind.pool("jdbc:h2:mem:inline" + kind, "sa", "", 1)) {
            for (ViewStore elsewhere :
                    List.of(
                            new InMemoryViewStore(),
                            JdbcViewStore.open(other),
                            JdbcViewStore.open(h2))) {
                ProjectionsBuilder builder = leftfold.projections(elsewhere).add(TOTAL);
                assertThatThrownBy(builder::inline)
                        .isInstanceOfSatisfying(
                                InvalidRequestException.class,
                                e -> assertThat(e.code()).isEqualTo("LF-1302"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_view_built_by_a_newer_version_of_the_code_is_swapped_in_under_appends(Kind kind)
            throws Exception {
        InlineStore old = open(kind, TOTAL);
        old.append(counts(1, 1, 2));
        Projection<Total> newer = Counters.total().version(2).build();
        InlineStore store = inline(newer);
        store.append(counts(1, 3)); // not its view yet
        assertThat(old.rows(TOTAL).find("all")).contains(new Total(3, 2));
        old.append(counts(2, 4));
        assertThat(old.rows(TOTAL).find("all")).contains(new Total(10, 4));
        try (Projections building = builder(newer).start()) {
            int number = 4;
            while (building.status("total").generation() == 1) {
                store.append(counts(3, 1));
                number++;
            }
            for (int i = 0; i < 20; i++) {
                store.append(counts(3, 1));
                number++;
                assertThat(store.rows(newer).find("all").orElseThrow().events()).isEqualTo(number);
            }
        }
        store.append(counts(3, 1));
        assertThat(rows(store.rows(newer))).isEqualTo(folded(plain, newer));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_generation_that_others_have_swapped_in_is_the_one_that_changes(Kind kind)
            throws Exception {
        InlineStore store = open(kind, TOTAL);
        store.append(counts(1, 1, 2));
        try (Projections rebuilding = builder(TOTAL).start()) {
            rebuilding.rebuild("total").begin("anna");
            assertThat(rebuilding.rebuild("total").awaitReady(Duration.ofSeconds(60))).isTrue();
            rebuilding.rebuild("total").swap();
        }
        store.append(counts(1, 3)); // still believes in the first generation
        assertThat(store.rows(TOTAL).find("all")).contains(new Total(6, 3));
    }
}
