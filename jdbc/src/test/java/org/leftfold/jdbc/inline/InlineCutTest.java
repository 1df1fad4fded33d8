package org.leftfold.jdbc.inline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.jdbc.inline.Counters.counts;
import static org.leftfold.jdbc.inline.Counters.folded;
import static org.leftfold.jdbc.inline.Counters.rows;

import com.zaxxer.hikari.HikariDataSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.InlineStore;
import org.leftfold.framework.projection.Projection;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.JdbcViewStore;
import org.leftfold.jdbc.Kind;
import org.leftfold.jdbc.inline.Counters.Counter;
import org.leftfold.jdbc.inline.Counters.Total;
import org.leftfold.servers.CuttingProxy;
import org.leftfold.servers.Database;
import org.leftfold.servers.DatabaseServer;
import org.leftfold.servers.MariaDbServer;
import org.leftfold.servers.PostgresServer;
import org.leftfold.servers.SkipWithoutServer;

/**
 * The connection is cut at every message of an append with its views: log and views change together
 * or not at all, and what the caller was told is true.
 */
@ExtendWith(SkipWithoutServer.class)
@Timeout(300)
class InlineCutTest {
    /** More messages than an append has. */
    private static final int MOST = 500;

    private static final Projection<Counter> EACH = Counters.each().build();
    private static final Projection<Total> TOTAL = Counters.total().build();

    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_append_cut_before_any_message_is_there_with_its_views_or_not_at_all(
            Kind kind, TestReporter reporter) {
        run(kind, reporter, false);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_append_that_loses_any_answer_is_there_with_its_views_or_not_at_all(
            Kind kind, TestReporter reporter) {
        assertThat(run(kind, reporter, true)).as("lost answers to commits").isPositive();
    }

    private static int run(Kind kind, TestReporter reporter, boolean losesAnswers) {
        DatabaseServer server =
                kind == Kind.POSTGRES ? PostgresServer.shared() : MariaDbServer.shared();
        Database database = server.newDatabase();
        try (HikariDataSource direct = Kind.pool(database, 3);
                JdbcEventStore log = kind.open(direct, JdbcOptions.defaults());
                CuttingProxy proxy = CuttingProxy.before(server);
                HikariDataSource pool =
                        Kind.pool(
                                proxy.jdbcUrl(database.name()),
                                database.user(),
                                database.password(),
                                2)) {
            Bench bench =
                    new Bench(
                            log,
                            inline(log, JdbcViewStore.open(direct)),
                            inline(log, JdbcViewStore.open(pool)),
                            pool);
            int unknown =
                    bench.untilUntouched(
                            losesAnswers
                                    ? at ->
                                            proxy.loseAnswer(
                                                    (at + 1) / 2) // old and new connections
                                    : proxy::cutBeforeMessage);
            reporter.publishEntry(
                    kind.name(), "%d appends, %d unknown".formatted(log.head(), unknown));
            return unknown;
        }
    }

    /** The store joins whatever connection the views have, so only that one is cut. */
    private static InlineStore inline(JdbcEventStore log, ViewStore views) {
        return Leftfold.on(log).projections(views).add(EACH).add(TOTAL).inline();
    }

    private record Bench(
            JdbcEventStore log, InlineStore direct, InlineStore cut, HikariDataSource pool) {
        int untilUntouched(LongFunction<CompletableFuture<Void>> cutAt) {
            int untouched = 0;
            int unknown = 0;
            for (int at = 1; at < MOST; at++) {
                if (at % 2 == 0) {
                    pool.getHikariPoolMXBean().softEvictConnections();
                }
                log.append(counts("other-" + at % 5, 1)); // is brought in, or was before
                CompletableFuture<Void> done = cutAt.apply(at);
                unknown += append(counts(at % 3, at)) ? 1 : 0;
                untouched = done.isDone() ? 0 : untouched + 1;
                if (untouched == 2) { // with new connections and with old ones
                    return unknown;
                }
            }
            throw new AssertionError("an append is longer than " + MOST + " messages");
        }

        /** Appends, and looks whether it is true what was said; whether that was nothing. */
        private boolean append(Append append) {
            long before = log.head();
            boolean isUnknown = false;
            try {
                AppendResult result = cut.append(append);
                assertThat(result.repeated()).isFalse();
                assertThat(log.head()).isEqualTo(before + 1);
            } catch (OutcomeUnknownException e) {
                isUnknown = true;
            } catch (StoreUnavailableException e) {
                assertThat(e.code()).isIn("LF-3009", "LF-3013");
            }
            long after = log.head();
            if (after > before) {
                requireEqual(); // the view came with the event, before anybody repeats it
            }
            AppendResult settled = direct.append(append);
            assertThat(settled.repeated()).isEqualTo(after > before);
            assertThat(log.head()).isEqualTo(before + 1);
            requireEqual();
            return isUnknown;
        }

        private void requireEqual() {
            assertThat(rows(direct.rows(EACH))).isEqualTo(folded(log, EACH));
            assertThat(rows(direct.rows(TOTAL))).isEqualTo(folded(log, TOTAL));
        }
    }
}
