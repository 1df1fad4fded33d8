package org.leftfold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.leftfold.engine.EmbeddedEventStore.Execution;
import org.leftfold.testkit.random.Seeds;

/**
 * The power goes at any call of a retention over many streams and of the scavenge behind it: each
 * stream is as it was or truncated as the retention says, nothing that was acknowledged is undone,
 * and the retention made again ends where an undisturbed one ends.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class RetentionCrashTest {
    private static final int FACTOR = Boolean.getBoolean("leftfold.long") ? 20 : 1;

    private final LongAdder images = new LongAdder();

    @Test
    void a_retention_survives_power_cuts(TestReporter reporter) {
        Seeds.check(
                Seeds.range(26_000, 6 * FACTOR),
                (seed, random) ->
                        images.add(new RetentionCuts(seed, random, Execution.CALLER).check()));
        finish(reporter);
    }

    /** As in a program: the walk goes on while the writer makes a group of acts durable. */
    @Test
    void acts_that_share_a_force_survive_power_cuts(TestReporter reporter) {
        Seeds.check(
                Seeds.range(26_100, 6 * FACTOR),
                (seed, random) ->
                        images.add(new RetentionCuts(seed, random, Execution.THREADS).check()));
        finish(reporter);
    }

    private void finish(TestReporter reporter) {
        reporter.publishEntry("{\"test\":\"retention\",\"images\":%d}".formatted(images.sum()));
        assertThat(images.sum()).as("images").isGreaterThan(500);
    }
}
