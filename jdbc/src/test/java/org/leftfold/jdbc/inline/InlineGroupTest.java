package org.leftfold.jdbc.inline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.jdbc.inline.Counters.counts;
import static org.leftfold.jdbc.inline.Counters.event;
import static org.leftfold.jdbc.inline.Counters.folded;
import static org.leftfold.jdbc.inline.Counters.rows;
import static org.leftfold.jdbc.inline.Counters.stream;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.VersionConflictException;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.Delivery;
import org.leftfold.framework.projection.ErrorPolicy;
import org.leftfold.framework.projection.EventHandlerMethod;
import org.leftfold.framework.projection.EventSubscriber;
import org.leftfold.framework.projection.InlineStore;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.ProjectionRefusedException;
import org.leftfold.framework.projection.ProjectionsBuilder;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.JdbcViewStore;
import org.leftfold.jdbc.Kind;
import org.leftfold.jdbc.inline.Counters.Counted;
import org.leftfold.jdbc.inline.Counters.Counter;
import org.leftfold.jdbc.inline.Counters.Total;
import org.leftfold.servers.SkipWithoutServer;

/** Appends that are made together: each has its own outcome, and none suffers from another. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(60)
class InlineGroupTest {
    private static final Projection<Total> TOTAL = Counters.total().build();

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CompletableFuture<Boolean> goOn = new CompletableFuture<>();
    private final AtomicInteger transactions = new AtomicInteger();
    private final AtomicReference<InlineStore> itself = new AtomicReference<>();
    private HikariDataSource pool;
    private JdbcEventStore plain;

    private InlineStore open(Kind kind, int connections, Projection<?>... projections) {
        pool = kind.newPool(connections);
        plain = kind.open(pool, JdbcOptions.defaults());
        ViewStore views = JdbcViewStore.open(pool);
        ProjectionsBuilder builder =
                Leftfold.on(plain)
                        .projections(
                                new ViewStore() {
                                    @Override
                                    public <T, X extends Exception> T inTransaction(Work<T, X> work)
                                            throws X {
                                        transactions.incrementAndGet();
                                        return views.inTransaction(work);
                                    }
                                });
        List.of(projections).forEach(builder::add);
        InlineStore store = builder.inline();
        itself.set(store);
        transactions.set(0);
        return store;
    }

    @AfterEach
    void close() {
        goOn.complete(true);
        if (itself.get() != null) {
            itself.get().close();
        }
        if (pool != null) {
            pool.close();
        }
    }

    private interface Body {
        void take(int by);
    }

    /** Adds up; 100 waits, so that others queue up behind it. */
    private Projection.Builder<Counters.CounterEvent, Total> adding(Body body) {
        return Projection.of(
                "adding",
                Total.class,
                Counters.SCHEMA,
                (row, event, key) -> {
                    int by = ((Counted) event.event()).by();
                    if (by == 100) {
                        entered.countDown();
                        goOn.join();
                    }
                    body.take(by);
                    return new Total((row == null ? 0 : row.sum()) + by, event.version());
                },
                Counted.class);
    }

    private static void negative(int by) {
        if (by < 0) {
            throw new IllegalArgumentException("it counts by " + by);
        }
    }

    /** Appends from a thread of its own each, all waiting behind the first. */
    private List<CompletableFuture<AppendResult>> together(InlineStore store, List<Append> appends)
            throws InterruptedException {
        List<CompletableFuture<AppendResult>> all = new ArrayList<>();
        all.add(inThread(store, counts("first", 100)));
        entered.await();
        for (Append append : appends) {
            CompletableFuture<Void> given = new CompletableFuture<>();
            CompletableFuture<AppendResult> result = new CompletableFuture<>();
            Thread.ofPlatform()
                    .daemon()
                    .start(() -> {
                        CompletableFuture<AppendResult> unused =
                                store.appendAsync(append)
                                        .whenComplete(
                                                (done, failure) -> settle(result, done, failure));
                        given.complete(null);
                    });
            given.join();
            all.add(result);
        }
        goOn.complete(true);
        return all;
    }

    private static void settle(
            CompletableFuture<AppendResult> result, AppendResult done, Throwable failure) {
        if (failure == null) {
            result.complete(done);
        } else {
            result.completeExceptionally(failure);
        }
    }

    private static CompletableFuture<AppendResult> inThread(InlineStore store, Append append) {
        return CompletableFuture.supplyAsync(
                () -> store.append(append), task -> Thread.ofPlatform().daemon().start(task));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void appends_that_have_queued_up_share_a_transaction_and_each_has_its_own_outcome(Kind kind)
            throws Exception {
        Projection<Total> adding =
                adding(InlineGroupTest::negative).onError(ErrorPolicy.retry(0).thenStop()).build();
        InlineStore store = open(kind, 4, adding, TOTAL);
        Append one = counts("one", 1);
        Append conflict =
                Append.to(
                        stream("one"), ExpectedVersion.noStream(), List.of(event(new Counted(9))));
        List<CompletableFuture<AppendResult>> all =
                together(
                        store,
                        List.of(
                                one,
                                one,
                                conflict,
                                counts("two", 2),
                                counts("bad", -1),
                                counts("two", 3)));
        assertThat(all.get(0).join().repeated()).isFalse();
        assertThat(all.get(1).join().repeated()).isFalse();
        assertThat(all.get(2).join().repeated()).isTrue();
        assertThat(all.get(2).join().writes()).isEqualTo(all.get(1).join().writes());
        assertThatThrownBy(() -> all.get(3).join())
                .hasCauseInstanceOf(VersionConflictException.class);
        assertThat(all.get(4).join().lastVersion()).isEqualTo(1);
        assertThatThrownBy(() -> all.get(5).join())
                .hasCauseInstanceOf(ProjectionRefusedException.class);
        assertThat(all.get(6).join().lastVersion()).isEqualTo(2);
        assertThat(rows(store.rows(TOTAL))).isEqualTo(folded(plain, TOTAL));
        assertThat(rows(store.rows(adding))).isEqualTo(folded(plain, adding)).hasSize(3);
        assertThat(plain.head()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_hundred_appends_that_wait_take_a_few_transactions(Kind kind) throws Exception {
        Projection<Total> adding = adding(by -> {}).build();
        InlineStore store = open(kind, 4, adding);
        List<Append> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(counts(i % 7, i % 50));
        }
        together(store, many).forEach(CompletableFuture::join);
        assertThat(transactions.get()).isLessThan(20);
        assertThat(rows(store.rows(adding))).isEqualTo(folded(plain, adding)).hasSize(8);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void while_an_event_is_tried_again_only_its_caller_waits(Kind kind) {
        Projection<Total> adding =
                adding(InlineGroupTest::negative)
                        .onError(ErrorPolicy.retry(1).pausing(Duration.ofMinutes(1)))
                        .build();
        InlineStore store = open(kind, 4, adding);
        CompletableFuture<AppendResult> fails = store.appendAsync(counts("bad", -1));
        CompletableFuture<AppendResult> behind = store.appendAsync(counts("mine", 1));
        assertThat(inThread(store, counts("other", 2)).join().lastVersion()).isEqualTo(1);
        assertThat(fails).isNotDone();
        assertThat(behind).isNotDone();
        store.close(); // ends the pause
        assertThat(behind.join().lastPosition()).isEqualTo(fails.join().lastPosition() + 1);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void appends_of_one_thread_keep_their_order_where_some_are_made_aside(Kind kind) {
        Projection<Total> adding =
                adding(InlineGroupTest::negative)
                        .onError(ErrorPolicy.retry(1).pausing(Duration.ofMillis(1)))
                        .build();
        InlineStore store = open(kind, 4, adding);
        List<CompletableFuture<AppendResult>> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            all.add(
                    store.appendAsync(
                            counts(i % 10 == 7 ? "bad-" + i : "same", i % 10 == 7 ? -1 : i)));
        }
        for (int i = 0; i < 60; i++) {
            assertThat(all.get(i).join().lastPosition()).isEqualTo(i + 1);
        }
        assertThat(store.rows(adding).find("counter-same").orElseThrow().events()).isEqualTo(54);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_outage_that_a_handler_meets_is_that_of_its_append_alone(Kind kind) throws Exception {
        Projection<Total> adding =
                adding(
                                by -> {
                                    if (by == 13) {
                                        throw new StoreUnavailableException(
                                                "LF-3009", "elsewhere", null);
                                    }
                                })
                        .build();
        InlineStore store = open(kind, 4, adding);
        List<CompletableFuture<AppendResult>> all =
                together(store, List.of(counts("a", 1), counts("b", 13), counts("c", 2)));
        assertThat(all.get(1).join().lastVersion()).isEqualTo(1);
        assertThatThrownBy(() -> all.get(2).join())
                .hasCauseInstanceOf(StoreUnavailableException.class);
        assertThat(all.get(3).join().lastVersion()).isEqualTo(1);
        assertThat(plain.version(stream("b"))).isZero();
        assertThat(rows(store.rows(adding))).isEqualTo(folded(plain, adding)).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void with_a_single_connection_all_of_it_works(Kind kind) {
        pool = kind.newPool(1);
        plain = kind.open(pool, JdbcOptions.defaults());
        Projection<Counter> each = Counters.each().build();
        InlineStore store =
                Leftfold.on(plain)
                        .projections(JdbcViewStore.open(pool))
                        .add(each)
                        .add(TOTAL)
                        .inline();
        itself.set(store);
        List<CompletableFuture<AppendResult>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(inThread(store, counts(i % 5, i, i == 7 ? 1 : 2)));
        }
        all.forEach(CompletableFuture::join);
        assertThat(rows(store.rows(each))).isEqualTo(folded(plain, each)).hasSize(5);
        assertThat(rows(store.rows(TOTAL))).isEqualTo(folded(plain, TOTAL));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_handler_that_waits_for_an_append_of_its_own_is_refused_at_once(Kind kind) {
        Projection<Total> adding =
                adding(
                                by -> {
                                    AppendResult never =
                                            itself.get().appendAsync(counts(9, 9)).join();
                                    throw new AssertionError("" + never);
                                })
                        .onError(ErrorPolicy.retry(0).thenStop())
                        .build();
        InlineStore store = open(kind, 1, adding);
        assertThatThrownBy(() -> store.append(counts(1, 1)))
                .isInstanceOf(ProjectionRefusedException.class)
                .hasRootCauseInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("LF-1303");
        assertThat(store.head()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_handler_that_interrupts_its_thread_ends_no_later_append(Kind kind) {
        Projection<Total> adding = adding(by -> Thread.currentThread().interrupt()).build();
        InlineStore store = open(kind, 2, adding);
        for (int i = 0; i < 5; i++) {
            assertThat(store.append(counts("a", i)).lastVersion()).isEqualTo(i + 1);
        }
        assertThat(Thread.interrupted()).isFalse();
    }

    /** Appends again when what it has heard of is committed. */
    @EventSubscriber(id = "echo")
    static final class Echo {
        private final AtomicReference<InlineStore> store;
        private final List<Thread> threads = new ArrayList<>();

        Echo(AtomicReference<InlineStore> store) {
            this.store = store;
        }

        @EventHandlerMethod
        void on(Counted counted, Delivery delivery) {
            delivery.afterwards(() -> {
                threads.add(Thread.currentThread());
                if (counted.by() > 0) {
                    store.get().append(counts("echo", counted.by() - 1));
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void what_is_done_afterwards_is_done_by_the_caller_and_may_append(Kind kind) {
        Echo echo = new Echo(itself);
        InlineStore store =
                open(kind, 2, Projection.subscriber(echo, Counters.SCHEMA).build(), TOTAL);
        store.append(counts(1, 3));
        assertThat(store.version(stream("echo"))).isEqualTo(3);
        assertThat(echo.threads).hasSize(4).containsOnly(Thread.currentThread());
        store.appendAsync(counts(1, 2)).join();
        assertThat(store.version(stream("echo"))).isEqualTo(5);
        assertThat(rows(store.rows(TOTAL))).isEqualTo(folded(plain, TOTAL));
    }
}
