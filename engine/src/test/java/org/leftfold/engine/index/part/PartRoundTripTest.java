package org.leftfold.engine.index.part;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.leftfold.testkit.disk.SimulatedDirectory;
import org.leftfold.testkit.random.Seeds;

class PartRoundTripTest {
    private static final int SEEDS = 300;

    @Test
    void a_part_answers_as_the_model_does() {
        Seeds.check(
                Seeds.range(1, SEEDS),
                (seed, random) -> roundTrip(random, seed % 3 == 0 ? 4 : 64, random.nextInt(2000)));
    }

    @Test
    void a_part_with_more_than_one_inner_level_answers_as_the_model_does() {
        Seeds.check(
                Seeds.range(1, 4), (seed, random) -> roundTrip(random, seed == 1 ? 4 : 64, 40_000));
    }

    private static void roundTrip(SplittableRandom random, int hashBits, int events)
            throws IOException {
        SimulatedDirectory disk = new SimulatedDirectory();
        disk.createIfMissing();
        long after = random.nextBoolean() ? 0 : random.nextLong(1L << 40);
        PartModel model = new StoreModel(random, hashBits, after).next(events);
        model.write(disk, "one", random.nextBoolean() ? PartModel.LITTLE : PartWriter.Memory.USUAL);
        assertThat(disk.names()).as("files").containsExactly("one");
        PageCache cache = new PageCache(random.nextInt(100) * 4096L);
        try (Part part = Part.open(disk, "one", cache, StoreModel.STORE_ID)) {
            model.check(part, random);
            part.verify();
            assertThat(part.sizeBytes()).isEqualTo(disk.contents("one").length);
        }
        assertThat(cache.pageCount()).as("pages of a closed part").isZero();
        assertThat(disk.openFiles()).as("open files").isEmpty();
    }
}
