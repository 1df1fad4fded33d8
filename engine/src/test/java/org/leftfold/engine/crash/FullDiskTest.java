package org.leftfold.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/** Q11: the disk is full at every size a script goes through, and has room again, in turn. */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class FullDiskTest {
    private static final int STRIDE_BYTES = 61;

    @Test
    void a_full_disk_loses_nothing_and_appending_resumes(TestReporter reporter) {
        Tally tally = new Tally("Q11", 1);
        List<Step> script = Scripts.fixed(40);
        int all = FullDisk.usedBytes(script);
        IntStream.range(0, all / STRIDE_BYTES)
                .parallel()
                .filter(i -> tally.isGood())
                .forEach(i ->
                        tally.count(
                                "room for %d bytes".formatted(i * STRIDE_BYTES),
                                () -> new FullDisk(script, tally).fillAndFree(i * STRIDE_BYTES)));
        tally.finish(reporter);
        assertThat(tally.faults.sum()).as("rounds").isGreaterThan(5L * all / STRIDE_BYTES);
    }
}
