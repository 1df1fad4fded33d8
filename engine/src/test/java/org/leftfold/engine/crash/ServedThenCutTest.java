package org.leftfold.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.leftfold.testkit.random.Seeds;

/** Q5: what anybody was shown survives the power cut that follows. */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class ServedThenCutTest {
    private static final int IMAGES = 10_000;
    private static final int FIRST_SEED = 5000;

    @Test
    void what_is_read_after_a_kill_survives_a_power_cut(TestReporter reporter) {
        Tally tally = new Tally("Q5", FIRST_SEED);
        Seeds.check(
                Seeds.range(FIRST_SEED, 50 * Scale.FACTOR),
                (seed, random) -> new Served(seed, 12, tally).killAndCut(2, 4));
        tally.finish(reporter);
        assertThat(tally.runs.sum()).as("images").isGreaterThan(IMAGES);
    }

    @Test
    void what_is_read_beside_the_writer_survives_a_power_cut(TestReporter reporter) {
        Tally tally = new Tally("Q5 beside", FIRST_SEED);
        Seeds.check(
                Seeds.range(FIRST_SEED, 24 * Scale.FACTOR),
                (seed, random) -> new Served(seed, 12, tally).readBeside(1, 4));
        tally.finish(reporter);
        assertThat(tally.runs.sum()).as("images").isGreaterThan(IMAGES);
    }
}
