package org.leftfold.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/** Q4: each call of a script fails, once and from then on, in each way a disk can fail. */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class ErrorLoopTest {
    @Test
    void a_failing_call_loses_nothing_and_is_answered_truly(TestReporter reporter) {
        Tally tally = new Tally("Q4", 1);
        List<Step> script =
                Scripts.fixed(Scale.FACTOR == 1 ? 30 : 60).stream()
                        .filter(step -> !(step instanceof Step.Clock))
                        .toList();
        ErrorLoop loop = new ErrorLoop(script);
        assertThat(loop.callSites()).as("places that call the disk").isGreaterThan(30);
        loop.check(1, tally);
        tally.finish(reporter);
        assertThat(tally.runs.sum()).as("runs").isEqualTo(12L * loop.calls());
    }
}
