package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.RecordedEvent;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.Database;
import org.leftfold.servers.DatabaseServer;
import org.leftfold.servers.MariaDbServer;
import org.leftfold.servers.PostgresServer;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.random.Seeds;

/** Four processes with eight threads each on one aggregate, and on many. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(300)
class ProcessesTest {
    private static final int PROCESSES = 4;
    private static final int THREADS = 8;
    private static final int INCREMENTS = 6 * Scale.FACTOR;
    private static final long SEED = 5_020;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void four_processes_lose_no_update_of_one_aggregate(Kind kind, TestReporter reporter)
            throws Exception {
        reporter.publishEntry(kind.name(), run(kind, 1));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void four_processes_lose_no_update_of_64_aggregates(Kind kind, TestReporter reporter)
            throws Exception {
        reporter.publishEntry(kind.name(), run(kind, 64));
    }

    private static String run(Kind kind, int counters) throws Exception {
        long seed = Seeds.range(SEED, 1).getFirst();
        DatabaseServer server =
                kind == Kind.POSTGRES ? PostgresServer.shared() : MariaDbServer.shared();
        Database database = server.newDatabase();
        List<ChildJvm> children = new ArrayList<>();
        try (HikariDataSource pool = Kind.pool(database, 4);
                JdbcEventStore store = kind.open(pool, JdbcOptions.defaults())) {
            for (int i = 0; i < PROCESSES; i++) {
                children.add(
                        ChildJvm.start(
                                IncrementChild.class,
                                kind,
                                database.jdbcUrl(),
                                database.user(),
                                database.password(),
                                counters,
                                INCREMENTS,
                                seed * PROCESSES + i));
            }
            for (ChildJvm child : children) {
                assertThat(child.answer()).isEqualTo("ready");
            }
            for (ChildJvm child : children) {
                child.order("go");
            }
            int conflicts = 0;
            for (ChildJvm child : children) {
                conflicts += Integer.parseInt(child.answer());
            }
            List<RecordedEvent> log = Samples.log(store);
            check(log);
            for (ChildJvm child : children) {
                child.order(Integer.toString(log.size()));
                assertThat(child.answer()).as("order in a process").isEqualTo(order(log));
            }
            return "%d increments of %d counters, %d conflicts, seed %d"
                    .formatted(log.size(), counters, conflicts, seed);
        } finally {
            for (ChildJvm child : children) {
                child.close();
            }
        }
    }

    private static void check(List<RecordedEvent> log) {
        assertThat(log).as("increments").hasSize(PROCESSES * THREADS * INCREMENTS);
        Ledger.checkLog(log);
        for (RecordedEvent event : log) {
            assertThat(value(event)).as("counter after %s", event).isEqualTo(event.version());
        }
    }

    static long value(RecordedEvent event) {
        return Long.parseLong(event.payload().asText());
    }

    /** The order of a log in one number. */
    static String order(List<RecordedEvent> log) {
        return Integer.toString(log.stream().map(RecordedEvent::id).toList().hashCode());
    }
}
