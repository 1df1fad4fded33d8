package org.leftfold.jdbc.faults;

import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.leftfold.jdbc.Kind;
import org.leftfold.servers.DatabaseServer;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.random.Seeds;

/**
 * The server is killed under load and started again (Q23, I2, I3): nothing acknowledged is lost,
 * nothing is there twice, nothing that anybody saw disappears, and all go on by themselves.
 */
@ExtendWith(SkipWithoutServer.class)
@Timeout(900)
class ServerKillTest {
    private static final int KILLS = 3 * Scale.FACTOR;
    private static final long SEED = 5_010;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_killed_server_loses_nothing_and_clients_go_on(Kind kind, TestReporter reporter)
            throws Exception {
        long seed = Seeds.range(SEED, 1).getFirst();
        try (DatabaseServer server = kind.start();
                KillRace race = new KillRace(kind, server, seed)) {
            reporter.publishEntry(kind.name(), race.run(KILLS));
        } catch (Exception | AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e, e);
        }
    }
}
