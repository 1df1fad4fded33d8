package org.leftfold.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.leftfold.testkit.random.Seeds;

class MergeChoiceTest {
    private static int from(long... events) {
        return MergeChoice.forReads(events);
    }

    @Test
    void reads_merge_from_the_oldest_part_that_is_not_much_larger_than_the_newer_ones() {
        assertThat(from()).isZero();
        assertThat(from(5)).isOne();
        assertThat(from(5, 2)).isEqualTo(2);
        assertThat(from(5, 3)).isZero();
        assertThat(from(4, 2)).isZero();
        assertThat(from(100, 5, 2)).isEqualTo(3);
        assertThat(from(100, 5, 3)).isEqualTo(1);
        assertThat(from(100, 60, 20)).as("the sum counts").isZero();
        assertThat(from(56, 56, 56, 14, 14, 3, 1)).isZero();
    }

    /** As many parts as doublings at most, and as many writes of an event as growths by half. */
    @Test
    void parts_stay_few_and_events_are_seldom_written_again() {
        Seeds.check(Seeds.range(41_000, 20), MergeChoiceTest::growAndMerge);
    }

    private static void growAndMerge(long seed, SplittableRandom random) {
        List<Long> parts = new ArrayList<>();
        long sum = 0;
        long rewritten = 0;
        for (int flush = 0; flush < 2000; flush++) {
            parts.add(1 + random.nextLong(1000));
            sum += parts.getLast();
            List<Long> run = parts.subList(from(toArray(parts)), parts.size());
            if (!run.isEmpty()) {
                assertThat(run).hasSizeGreaterThan(1);
                long merged = LongStream.of(toArray(run)).sum();
                rewritten += merged;
                run.clear();
                parts.add(merged);
            }
            assertThat(from(toArray(parts))).as("nothing is left to merge").isEqualTo(parts.size());
            assertThat(parts.size())
                    .isLessThanOrEqualTo((int) (Math.log((double) sum) / Math.log(2)) + 1);
        }
        assertThat((double) rewritten / sum)
                .isLessThanOrEqualTo(Math.log((double) sum) / Math.log(1.5));
    }

    private static long[] toArray(List<Long> numbers) {
        return numbers.stream().mapToLong(Long::longValue).toArray();
    }
}
