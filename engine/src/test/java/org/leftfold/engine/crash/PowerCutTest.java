package org.leftfold.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.leftfold.testkit.random.Seeds;

/** Q1 and Q2: the power goes at every call of random scripts, and of one fixed script. */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class PowerCutTest {
    private static final int IMAGES = 250_000;
    private static final int SEEDS = 200;
    private static final int FIRST_SEED = 1000;
    private static final int STEPS = 17;
    private static final int RANDOM_OUTCOMES = 3;

    @Test
    void nothing_acknowledged_is_lost_in_any_image(TestReporter reporter) {
        Tally tally = new Tally("Q1", FIRST_SEED);
        List<Long> seeds = Seeds.range(FIRST_SEED, SEEDS * Scale.FACTOR);
        Seeds.check(
                seeds,
                (seed, random) -> {
                    ScriptRun run = ScriptRun.of(seed, Scripts.random(seed, STEPS));
                    PowerCuts.check(run, seed, RANDOM_OUTCOMES, tally);
                });
        tally.finish(reporter);
        if (seeds.size() > 1) {
            assertThat(tally.runs.sum())
                    .as("images")
                    .isGreaterThanOrEqualTo((long) IMAGES * Scale.FACTOR);
        }
    }

    @Test
    void nothing_acknowledged_is_lost_at_any_call_of_a_small_world(TestReporter reporter) {
        Tally tally = new Tally("Q2", 2);
        ScriptRun run = ScriptRun.of(2, Scripts.fixed(60));
        PowerCuts.checkInParallel(run, 2, 64 * Scale.FACTOR, tally);
        tally.finish(reporter);
        assertThat(tally.faults.sum()).as("crash points").isGreaterThan(150);
    }
}
