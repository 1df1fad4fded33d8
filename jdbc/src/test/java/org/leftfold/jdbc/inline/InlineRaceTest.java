package org.leftfold.jdbc.inline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.leftfold.jdbc.inline.Counters.counts;
import static org.leftfold.jdbc.inline.Counters.folded;
import static org.leftfold.jdbc.inline.Counters.rows;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.AppendResult;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.InlineStore;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.ProjectionRefusedException;
import org.leftfold.framework.projection.Projections;
import org.leftfold.framework.projection.ProjectionsBuilder;
import org.leftfold.framework.projection.Rebuild;
import org.leftfold.framework.projection.RebuildReport;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.JdbcViewStore;
import org.leftfold.jdbc.Kind;
import org.leftfold.jdbc.inline.Counters.Counter;
import org.leftfold.jdbc.inline.Counters.Total;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.random.Seeds;

/**
 * Several programs append with their views, one without, one follows and rebuilds: nobody stands in
 * the way of another for good, each reads what he wrote, and the views are what the log says.
 */
@ExtendWith(SkipWithoutServer.class)
@Timeout(300)
class InlineRaceTest {
    private static final Projection<Counter> EACH = Counters.each().build();
    private static final Projection<Total> TOTAL = Counters.total().build();
    private static final int APPENDS = Boolean.getBoolean("leftfold.long") ? 1_000 : 60;
    private static final int WRITERS = 2; // of each program

    private interface Job {
        void run() throws Exception;
    }

    private static FutureTask<Void> start(Job job) {
        FutureTask<Void> task =
                new FutureTask<>(() -> {
                    job.run();
                    return null;
                });
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void programs_that_append_with_views_without_and_follow_agree_with_the_log(
            Kind kind, TestReporter reporter) throws Exception {
        long seed = Seeds.range(9_500, 1).getFirst();
        try (HikariDataSource pool = kind.newPool(12);
                JdbcEventStore one = kind.open(pool, JdbcOptions.defaults());
                JdbcEventStore two = kind.open(pool, JdbcOptions.defaults());
                Projections following = projections(two, pool).start()) {
            List<FutureTask<Void>> writers = new ArrayList<>();
            AtomicBoolean over = new AtomicBoolean();
            for (JdbcEventStore log : List.of(one, two)) {
                InlineStore store = projections(log, pool).inline();
                for (int i = 0; i < WRITERS; i++) {
                    SplittableRandom random = new SplittableRandom(seed + writers.size());
                    String mine = "mine-" + writers.size();
                    writers.add(start(() -> write(store, random, mine)));
                }
            }
            FutureTask<Void> without =
                    start(() -> {
                        while (!over.get()) {
                            one.append(counts("others", 1));
                        }
                    });
            FutureTask<Void> rebuilding = start(() -> rebuild(following));
            for (FutureTask<Void> writer : writers) {
                writer.get(200, TimeUnit.SECONDS);
            }
            over.set(true);
            without.get(60, TimeUnit.SECONDS);
            rebuilding.get(120, TimeUnit.SECONDS);
            InlineStore last = projections(one, pool).inline();
            last.append(counts("last", 1));
            assertThat(rows(last.rows(EACH))).isEqualTo(folded(one, EACH));
            assertThat(rows(last.rows(TOTAL))).isEqualTo(folded(one, TOTAL));
            RebuildReport same = verified(following, "each");
            assertThat(same.isEqual()).as("%s", same).isTrue();
            reporter.publishEntry(kind.name(), "%d events, seed %d".formatted(one.head(), seed));
        }
    }

    private static ProjectionsBuilder projections(JdbcEventStore log, HikariDataSource pool) {
        ViewStore views = JdbcViewStore.open(pool);
        return Leftfold.on(log).projections(views).add(EACH).add(TOTAL);
    }

    private static void write(InlineStore store, SplittableRandom random, String mine) {
        for (int i = 0; i < APPENDS; i++) {
            store.append(counts("shared-" + random.nextInt(4), random.nextInt(100), 1));
            AppendResult result = store.append(counts(mine, i));
            assertThat(store.rows(EACH).find("counter-" + mine).orElseThrow().versions())
                    .last()
                    .isEqualTo(result.lastVersion());
        }
    }

    private static void rebuild(Projections following) throws Exception {
        Rebuild rebuild = following.rebuild("total");
        rebuild.begin("race");
        while (following.status("total").generation() == 1) {
            assertThat(rebuild.awaitReady(Duration.ofSeconds(100))).isTrue();
            try {
                rebuild.swapIfEqual();
            } catch (ProjectionRefusedException e) {
                assertThat(e.getMessage()).contains("events are missing");
            }
        }
    }

    private static RebuildReport verified(Projections following, String name) throws Exception {
        Rebuild rebuild = following.rebuild(name);
        rebuild.begin("race");
        assertThat(rebuild.awaitReady(Duration.ofSeconds(60))).isTrue();
        return rebuild.verify();
    }
}
