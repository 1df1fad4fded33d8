package org.leftfold.engine.crash;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.leftfold.testkit.random.Seeds;

/** Q37: 30 virtual days of mixed load and faults; all is there, and nothing grows. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class SoakTest {
    private static final int DAYS = 30;

    /** So many load what the virtual machine needs: a week is among them. */
    private static final int WARM_DAYS = 8;

    private static final int STEPS_PER_HOUR = Scale.FACTOR == 1 ? 5 : 15;
    private static final int SEEDS = Scale.FACTOR == 1 ? 1 : 8;

    @Test
    void a_month_of_faults_loses_nothing_and_nothing_grows(TestReporter reporter) {
        new Soak(1, WARM_DAYS, STEPS_PER_HOUR, new Tally("warm", 1)).run();
        long heapBefore = SoakResources.usedBytes();
        for (long seed : Seeds.range(37_000, SEEDS)) {
            Tally tally = new Tally("Q37", seed);
            tally.count(
                    "seed %d (repeat with -D%s=%d)".formatted(seed, Seeds.PROPERTY, seed),
                    () -> {
                        Soak soak = new Soak(seed, DAYS, STEPS_PER_HOUR, tally);
                        SoakResources resources = soak.run();
                        reporter.publishEntry("seed " + seed, soak + ", " + resources);
                        resources.checkWeights();
                    });
            tally.finish(reporter);
        }
        SoakResources.checkAllIsGone(heapBefore);
    }
}
