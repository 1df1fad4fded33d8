package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.StreamName;
import org.leftfold.jdbc.JdbcEventStore;
import org.leftfold.jdbc.JdbcOptions;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.DatabaseServer;
import org.leftfold.servers.ServerOptions;
import org.leftfold.servers.SkipWithoutServer;

/** No event is seen before the server has forced what makes it durable (G6), on a slow disk. */
@ExtendWith(SkipWithoutServer.class)
@Timeout(120)
class DelayedForceTest {
    private static final int ROUNDS = 8;
    private static final StreamName STREAM = new StreamName("slow-1");

    @TempDir Path directory;
    private final SplittableRandom random = new SplittableRandom(7_060);

    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_event_is_seen_when_its_commit_is_forced_and_not_before(Kind kind) throws Exception {
        SlowForces forces = new SlowForces(directory);
        try (DatabaseServer server = kind.start(forces.under(ServerOptions.STANDARD))) {
            String log = kind == Kind.POSTGRES ? "redo" : "binlog";
            assertThat(seenTooEarly(kind, server, JdbcOptions.defaults(), forces, log)).isZero();
        }
    }

    /**
     * Without its binary log MariaDB shows rows before they are durable: this is what we refuse.
     */
    @Test
    void a_server_that_shows_events_before_they_are_durable_is_found_out() throws Exception {
        SlowForces forces = new SlowForces(directory);
        ServerOptions unsafe = ServerOptions.STANDARD.with("skip_log_bin", "1");
        try (DatabaseServer server = Kind.MARIADB.start(forces.under(unsafe))) {
            JdbcOptions accepting = JdbcOptions.defaults().acceptLossOnCrash();
            assertThat(seenTooEarly(Kind.MARIADB, server, accepting, forces, "redo")).isPositive();
        }
    }

    /** How many events another store saw before a force of the log had ended. */
    private int seenTooEarly(
            Kind kind, DatabaseServer server, JdbcOptions options, SlowForces forces, String log)
            throws IOException {
        int early = 0;
        try (HikariDataSource pool = Kind.pool(server.newDatabase(), 4);
                JdbcEventStore store = kind.open(pool, options);
                JdbcEventStore observer = kind.open(pool, options)) {
            for (int round = 0; round < ROUNDS; round++) {
                store.append(STREAM, ExpectedVersion.any(), Samples.event(random));
                long head = observer.head();
                long before = forces.ended(log);
                forces.slow();
                CompletableFuture<AppendResult> append =
                        store.appendAsync(
                                Append.to(STREAM, ExpectedVersion.any(), Samples.event(random)));
                int looks = 0;
                while (observer.head() == head && !append.isCompletedExceptionally()) {
                    looks++;
                }
                boolean isEarly = forces.ended(log) == before;
                early += isEarly ? 1 : 0;
                assertThat(append.join().lastPosition()).isEqualTo(head + 1);
                forces.quick();
                assertThat(forces.ended(log)).as("forces").isGreaterThan(before);
                if (!isEarly) { // else it may be seen at the first look
                    assertThat(looks).as("looks while the append was on its way").isGreaterThan(1);
                }
            }
        }
        return early;
    }
}
