package org.leftfold.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.leftfold.engine.SimulatedStore;
import org.leftfold.engine.crash.Damage.Fate;

/** Q6: every single damage to a small store is found, or harmless. */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class CorruptionTest {
    private static final int BITS = 131_072;

    /** Every check opens the store again, so that many files of the index would cost most of it. */
    private static final int INDEX = SimulatedStore.SMALL_INDEX_BYTES;

    @Test
    void every_changed_bit_is_found_or_unused(TestReporter reporter) {
        Tally tally = new Tally("Q6 bits, closed store", 77);
        Corruptions corruptions = new Corruptions(Specimen.closed(INDEX), tally);
        corruptions.flipBits(0, 1);
        tally.finish(reporter);
        assertThat(tally.faults.sum()).as("bits").isGreaterThanOrEqualTo(BITS);
        assertThat(corruptions.count(Fate.REFUSED) + corruptions.count(Fate.NOT_SERVED))
                .as("refused")
                .isGreaterThan(BITS / 2);
        assertThat(corruptions.count(Fate.HEALED)).as("healed").isPositive();
    }

    @Test
    void every_changed_bit_of_a_killed_store_is_found_or_unused(TestReporter reporter) {
        Tally tally = new Tally("Q6 bits, killed store", 77);
        new Corruptions(Specimen.killed(INDEX), tally).flipBits(0, 1);
        tally.finish(reporter);
        assertThat(tally.faults.sum()).as("bits").isGreaterThanOrEqualTo(BITS);
    }

    @Test
    void every_other_damage_is_found_or_harmless(TestReporter reporter) {
        Tally tally = new Tally("Q6 lengths, sectors, files", 77);
        for (Specimen specimen : new Specimen[] {Specimen.closed(INDEX), Specimen.killed(INDEX)}) {
            Corruptions corruptions = new Corruptions(specimen, tally);
            corruptions.truncate(1);
            corruptions.spoilSectors();
            corruptions.loseFiles();
            corruptions.flipBitsUnderAnOpenStore(3);
        }
        tally.finish(reporter);
    }
}
