package org.leftfold.examples.loans;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.leftfold.api.EventStore;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.api.spi.ViewStore.Progress;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.engine.EmbeddedEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.projection.Projections;
import org.leftfold.jdbc.JdbcViewStore;
import org.leftfold.servers.Database;
import org.leftfold.servers.MariaDbServer;
import org.leftfold.servers.PostgresServer;
import org.leftfold.servers.ServerUnavailableException;

/** A program that follows the log into a database, or rebuilds, is killed again and again. */
class LoanKillTest {
    private static final int KILLS = Boolean.getBoolean("leftfold.long") ? 100 : 5; // each database
    private static final long SEED = Long.getLong("leftfold.seed", 20_111_001L);

    /** Longest life behind a word: time for some hundred transactions. */
    private static final int LONGEST_LIFE_MILLIS =
            Boolean.getBoolean("leftfold.long") ? 1_500 : 700;

    @TempDir Path folder;

    @Test
    void whenever_it_is_killed_each_event_counts_once_in_postgresql(TestReporter reporter)
            throws Exception {
        killAgainAndAgain(reporter, () -> PostgresServer.shared().newDatabase());
    }

    @Test
    void whenever_it_is_killed_each_event_counts_once_in_mariadb(TestReporter reporter)
            throws Exception {
        killAgainAndAgain(reporter, () -> MariaDbServer.shared().newDatabase());
    }

    private void killAgainAndAgain(TestReporter reporter, Supplier<Database> server)
            throws Exception {
        LoanLog log = LoanLog.affordable();
        Database database;
        try {
            database = server.get();
        } catch (ServerUnavailableException e) {
            Assumptions.abort("skipped: " + e.getMessage());
            return;
        }
        Path directory = folder.resolve("store");
        try (EventStore store = EmbeddedEventStore.open(directory)) {
            log.importInto(store);
        }
        Random random = new Random(SEED);
        reporter.publishEntry("seed", Long.toString(SEED));
        Map<String, Integer> killedWhile = new TreeMap<>();
        for (int kill = 0; kill < KILLS; kill++) {
            int lifeMillis = random.nextInt(LONGEST_LIFE_MILLIS);
            String word = kill < KILLS / 2 ? "following" : "rebuilding"; // once it has caught up
            killedWhile.merge(killed(directory, database, word, lifeMillis), 1, Integer::sum);
        }
        reporter.publishEntry("killed while", killedWhile.toString());
        if (KILLS >= 100) { // of a few, each may be somewhere else on a fast machine
            assertThat(killedWhile).containsKeys("following", "rebuilding");
        }
        Process last = start(directory, database, FollowerChild.TO_THE_END);
        assertThat(last.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(said()).endsWith("ended");
        check(log, directory, database);
    }

    /** Lets it live for a while behind a word; what it was doing when it was killed. */
    private String killed(Path directory, Database database, String word, int lifeMillis)
            throws Exception {
        Process process = start(directory, database, FollowerChild.UNTIL_KILLED);
        try {
            while (process.isAlive() && !said().contains(word)) {
                process.waitFor(5, TimeUnit.MILLISECONDS);
            }
            boolean hasEnded = process.waitFor(lifeMillis, TimeUnit.MILLISECONDS);
            assertThat(hasEnded).as("it ended by itself: %s", said()).isFalse();
        } finally {
            process.destroyForcibly().waitFor();
        }
        List<String> said = said();
        assertThat(said).isSubsetOf("following", "rebuilding", "swapping");
        return said.getLast();
    }

    private List<String> said() throws IOException {
        return Files.readAllLines(folder.resolve("said"));
    }

    private Process start(Path directory, Database database, String howLong) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", // it does not live long enough for more
                        "-ea",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FollowerChild.class.getName(),
                        directory.toString(),
                        database.jdbcUrl(),
                        database.user(),
                        database.password(),
                        howLong)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start();
    }

    /** What is in the database is what the events say, and each part was given each event once. */
    private static void check(LoanLog log, Path directory, Database database) throws Exception {
        try (EventStore store = EmbeddedEventStore.open(directory);
                HikariDataSource pool =
                        FollowerChild.pool(
                                database.jdbcUrl(), database.user(), database.password())) {
            ViewStore views = JdbcViewStore.open(pool);
            try (Projections projections = FollowerChild.start(store, views)) {
                FollowerChild.await(projections, store);
                Leftfold leftfold = Leftfold.on(store);
                assertThat(LoanLog.rows(projections, FollowerChild.ACTIVITIES))
                        .isEqualTo(LoanLog.rows(log.activities()));
                assertThat(LoanLog.rows(projections, FollowerChild.APPLICATIONS))
                        .isEqualTo(LoanLog.rows(leftfold.fold(FollowerChild.APPLICATIONS).all()))
                        .hasSize((int) log.applications());
                int generation = projections.status(FollowerChild.ACTIVITIES.name()).generation();
                assertThat(given(views, generation)).isEqualTo(log.events());
            }
        }
    }

    private static long given(ViewStore views, int generation) {
        View view = new View(FollowerChild.ACTIVITIES.name(), generation);
        return views.inTransaction(transaction -> transaction.progress(view)).values().stream()
                .mapToLong(Progress::events)
                .sum();
    }
}
