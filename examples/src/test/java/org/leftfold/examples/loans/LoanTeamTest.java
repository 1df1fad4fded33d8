package org.leftfold.examples.loans;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.Projections;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcViewStore;
import org.leftfold.servers.Database;
import org.leftfold.servers.MariaDbServer;
import org.leftfold.servers.PostgresServer;
import org.leftfold.servers.ServerUnavailableException;

/** Three programs share the work; one is stopped for longer than its leases last, and goes on. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are stopped by signals")
class LoanTeamTest {
    private static final int MEMBERS = 3;
    private static final Duration LONG = Duration.ofMinutes(3);

    /**
     * In long tests it is stopped in the middle of its work: what it holds in the database then is
     * taken from it after a minute only, for which others have no time.
     */
    private static final boolean IN_THE_MIDDLE = Boolean.getBoolean("leftfold.long");

    @TempDir Path folder;
    private final List<Process> members = new ArrayList<>();

    @AfterEach
    void endAll() throws InterruptedException {
        for (Process member : members) {
            member.destroyForcibly().waitFor();
        }
    }

    @Test
    void of_three_programs_each_event_counts_once_though_one_stood_still_in_postgresql()
            throws Exception {
        work(() -> PostgresServer.shared().newDatabase());
    }

    @Test
    void of_three_programs_each_event_counts_once_though_one_stood_still_in_mariadb()
            throws Exception {
        Assumptions.assumeTrue(
                Boolean.getBoolean("leftfold.long"), "for the long tests; PostgreSQL is for all");
        work(() -> MariaDbServer.shared().newDatabase());
    }

    private void work(Supplier<Database> server) throws Exception {
        LoanLog log = LoanLog.beginning(500);
        assertThat(log.events()).isGreaterThan(10_000);
        Database database;
        try {
            database = server.get();
        } catch (ServerUnavailableException e) {
            Assumptions.abort("skipped: " + e.getMessage());
            return;
        }
        try (HikariDataSource pool =
                        FollowerChild.pool(
                                database.jdbcUrl(), database.user(), database.password());
                JdbcEventStore store = MemberChild.open(pool, database.jdbcUrl())) {
            ViewStore views = JdbcViewStore.open(pool);
            for (int member = 0; member < MEMBERS; member++) {
                start(database, member);
            }
            try (Projections looking = MemberChild.add(store, views).manage()) {
                LoanLog before = LoanLog.beginning(250);
                Thread importing = Thread.ofPlatform().start(() -> importInto(store, before));
                waitUntilSomeIsDone(views);
                if (!IN_THE_MIDDLE) {
                    importing.join();
                    await(looking, store);
                }
                Process stopped = members.getFirst();
                signal(stopped, "-STOP");
                importing.join();
                log.importInto(store);
                await(looking, store); // the others have taken over
                assertThat(given(views)).isEqualTo(log.events());
                signal(stopped, "-CONT");
                LoanLog.beginning(520).importInto(store); // those before are there
                await(looking, store);
                check(looking, views, LoanLog.beginning(520));
                members.getFirst().getOutputStream().close();
                assertThat(stopped.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(said(0)).endsWith("ended");
                check(looking, views, LoanLog.beginning(520));
            }
        }
    }

    private static void importInto(JdbcEventStore store, LoanLog log) {
        try {
            log.importInto(store);
        } catch (IOException e) {
            throw new IllegalStateException("the log could not be imported", e);
        }
    }

    private void start(Database database, int member) throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-ea",
                                "-cp",
                                System.getProperty("java.class.path"),
                                MemberChild.class.getName(),
                                database.jdbcUrl(),
                                database.user(),
                                database.password(),
                                "member" + member)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("said" + member).toFile())
                        .start();
        members.add(process);
        while (process.isAlive() && said(member).isEmpty()) {
            process.waitFor(5, TimeUnit.MILLISECONDS);
        }
        assertThat(said(member)).allMatch(line -> line.startsWith("started"));
    }

    private List<String> said(int member) throws IOException {
        return Files.readAllLines(folder.resolve("said" + member));
    }

    private void waitUntilSomeIsDone(ViewStore views) throws InterruptedException {
        for (int rounds = 0; given(views) < 1_000; rounds++) {
            assertThat(rounds).as("nobody works").isLessThan(6_000);
            members.getFirst().waitFor(10, TimeUnit.MILLISECONDS);
        }
    }

    private static void signal(Process process, String signal)
            throws IOException, InterruptedException {
        int code =
                new ProcessBuilder("kill", signal, String.valueOf(process.pid())).start().waitFor();
        assertThat(code).isZero();
    }

    private static void await(Projections looking, JdbcEventStore store) throws Exception {
        for (Projection<?> each : List.of(MemberChild.ACTIVITIES, MemberChild.APPLICATIONS)) {
            assertThat(looking.await(each, store.checkpoint(), LONG))
                    .as("%s", looking.status(each.name()))
                    .isTrue();
        }
    }

    private static void check(Projections looking, ViewStore views, LoanLog log) {
        assertThat(LoanLog.rows(looking, MemberChild.ACTIVITIES))
                .isEqualTo(LoanLog.rows(log.activities()));
        assertThat(looking.rows(MemberChild.APPLICATIONS).count()).isEqualTo(log.applications());
        assertThat(given(views)).isEqualTo(log.events());
    }

    /** How many events the parts of a view were given, over all. */
    private static long given(ViewStore views) {
        View view = new View(MemberChild.ACTIVITIES.name(), 1);
        return views.inTransaction(transaction -> transaction.progress(view)).values().stream()
                .mapToLong(Progress::events)
                .sum();
    }
}
