package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.jdbc.JdbcViewStore;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.CuttingProxy;
import org.leftfold.servers.Database;
import org.leftfold.servers.DatabaseServer;
import org.leftfold.servers.MariaDbServer;
import org.leftfold.servers.PostgresServer;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.random.Seeds;

/**
 * Connections are cut and servers killed in the middle of transactions on views: each is there as a
 * whole or not at all, and what its caller was told is true.
 */
@ExtendWith(SkipWithoutServer.class)
@Timeout(300)
class ViewStoreCutTest {
    /** More messages than a step has; a proxy that never stops cutting ends here. */
    private static final int MOST = 500;

    private static final int KILLS = 2 * Scale.FACTOR;
    private static final int WRITERS = 4;

    @FunctionalInterface
    private interface Cutting {
        String cut(Bench bench);
    }

    /** A view store behind a proxy that cuts, and one that talks to the server directly. */
    private record Bench(
            CuttingProxy proxy,
            HikariDataSource cutPool,
            HikariDataSource directPool,
            ViewSteps steps)
            implements AutoCloseable {
        static Bench of(Kind kind) {
            DatabaseServer server =
                    kind == Kind.POSTGRES ? PostgresServer.shared() : MariaDbServer.shared();
            Database database = server.newDatabase();
            CuttingProxy proxy = CuttingProxy.before(server);
            HikariDataSource direct = Kind.pool(database, 2);
            String url = proxy.jdbcUrl(database.name());
            HikariDataSource cut = Kind.pool(url, database.user(), database.password(), 2);
            ViewStore stays = JdbcViewStore.open(direct);
            return new Bench(proxy, cut, direct, new ViewSteps(JdbcViewStore.open(cut), stays));
        }

        /** Makes steps with a cut at 1, 2, 3 and so on, until one ends before the cut comes. */
        String untilUntouched(LongFunction<CompletableFuture<Void>> cutAt) {
            int untouched = 0;
            for (int at = 1; at < MOST; at++) {
                if (at % 2 == 0) {
                    cutPool.getHikariPoolMXBean().softEvictConnections();
                }
                CompletableFuture<Void> cut = cutAt.apply(at);
                steps.step();
                untouched = cut.isDone() ? 0 : untouched + 1;
                if (untouched == 2) { // with new connections and with old ones
                    return "%d cuts, %s".formatted(at - 2, steps);
                }
            }
            throw new AssertionError("a step is longer than " + MOST + " messages");
        }

        @Override
        public void close() {
            cutPool.close();
            directPool.close();
            proxy.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_transaction_cut_before_any_message_is_whole_or_nothing(
            Kind kind, TestReporter reporter) {
        report(kind, reporter, bench -> bench.untilUntouched(bench.proxy()::cutBeforeMessage));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_transaction_that_loses_any_answer_is_whole_or_nothing(Kind kind, TestReporter reporter) {
        report(
                kind,
                reporter,
                bench -> {
                    String cuts = bench.untilUntouched(bench.proxy()::loseAnswer);
                    assertThat(bench.steps().unknown()).as("lost answers to commits").isPositive();
                    return cuts;
                });
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_transaction_cut_after_any_number_of_bytes_is_whole_or_nothing(
            Kind kind, TestReporter reporter) {
        SplittableRandom random = new SplittableRandom(5_020);
        report(
                kind,
                reporter,
                bench -> {
                    for (int i = 0; i < 30 * Scale.FACTOR; i++) {
                        CompletableFuture<Void> unused =
                                bench.proxy().cutAfterClientBytes(1 + random.nextInt(4_000));
                        CompletableFuture<Void> unusedToo =
                                bench.proxy().cutAfterServerBytes(1 + random.nextInt(4_000));
                        bench.steps().step();
                    }
                    return bench.steps().toString();
                });
    }

    private static void report(Kind kind, TestReporter reporter, Cutting cutting) {
        try (Bench bench = Bench.of(kind)) {
            reporter.publishEntry(kind.name(), cutting.cut(bench));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_killed_server_loses_no_transaction_and_halves_none(Kind kind, TestReporter reporter)
            throws Exception {
        long seed = Seeds.range(5_021, 1).getFirst();
        SplittableRandom random = new SplittableRandom(seed);
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong acknowledged = new AtomicLong();
        AtomicLong inDoubt = new AtomicLong();
        try (DatabaseServer server = kind.start();
                HikariDataSource pool = Kind.pool(server.newDatabase(), WRITERS)) {
            ViewStore store = JdbcViewStore.open(pool);
            Crew writers = new Crew();
            for (int i = 0; i < WRITERS; i++) {
                writers.start(
                        "writer " + i,
                        () -> {
                            while (!over.get()) {
                                write(store, acknowledged, inDoubt);
                            }
                        });
            }
            for (int i = 0; i < KILLS; i++) {
                long enough = acknowledged.get() + 20 + random.nextInt(100);
                Waiting.until(
                        "steps are made", () -> acknowledged.get() >= enough || writers.hasEnded());
                server.kill();
                server.restart();
            }
            long enough = acknowledged.get() + 20;
            Waiting.until("steps go on", () -> acknowledged.get() >= enough || writers.hasEnded());
            over.set(true);
            writers.join();
            assertThat(ViewSteps.look(store))
                    .isBetween(acknowledged.get(), acknowledged.get() + inDoubt.get());
        }
        reporter.publishEntry(
                kind.name(),
                "%d kills, %s steps, %s in doubt, seed %d"
                        .formatted(KILLS, acknowledged, inDoubt, seed));
    }

    private static void write(ViewStore store, AtomicLong acknowledged, AtomicLong inDoubt) {
        try {
            store.inTransaction(ViewSteps::change);
            acknowledged.incrementAndGet();
        } catch (OutcomeUnknownException e) {
            inDoubt.incrementAndGet();
        } catch (StoreUnavailableException e) {
            assertThat(e.code()).isIn("LF-3009", "LF-3013");
        }
    }
}
