package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

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
 * Readers and followers see every event once and in order while 64 writers append, hold the append
 * lock, roll back and are killed (Q22).
 */
@ExtendWith(SkipWithoutServer.class)
class NobodySkipsTest {
    private static final long SEED = 5_001;

    @ParameterizedTest
    @EnumSource(Kind.class)
    @Timeout(900)
    void nobody_skips_whatever_writers_do(Kind kind, TestReporter reporter) throws Exception {
        long seed = Seeds.range(SEED, 1).getFirst();
        reporter.publishEntry("seed", Long.toString(seed));
        try (DatabaseServer server = kind.start()) {
            String told = new WriterRace(kind, server.newDatabase(), seed).run();
            reporter.publishEntry(kind.name(), told);
            assertThat(told).isNotEmpty();
        }
    }
}
