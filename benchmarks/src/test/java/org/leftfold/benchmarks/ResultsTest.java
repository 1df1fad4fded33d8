package org.leftfold.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.benchmarks.stores.StoreKind.LEFTFOLD;
import static org.leftfold.benchmarks.stores.StoreKind.RAW;

import org.junit.jupiter.api.Test;
import org.leftfold.benchmarks.stores.StoreKind;

class ResultsTest {
    private static final Cell CELL = Cell.w1(8);
    private static final Metric RATE = Metric.EVENTS_PER_SECOND;

    private final Results results = new Results();

    private void rates(StoreKind store, double... values) {
        for (int round = 0; round < values.length; round++) {
            results.add(round, store, CELL, RATE, values[round]);
        }
    }

    @Test
    void a_summary_is_the_median_and_the_range() {
        rates(RAW, 30, 10, 20);

        assertThat(results.summary(RAW, CELL, RATE)).contains(new Summary(20, 10, 30));
    }

    @Test
    void the_median_of_an_even_number_lies_between_the_middle_two() {
        rates(RAW, 40, 10, 20, 30);

        assertThat(results.summary(RAW, CELL, RATE)).contains(new Summary(25, 10, 40));
    }

    @Test
    void a_ratio_compares_within_a_round_only() {
        rates(RAW, 100, 200, 50);
        rates(LEFTFOLD, 50, 180, 40);

        assertThat(results.ratioToRaw(LEFTFOLD, CELL, RATE)).contains(new Summary(0.8, 0.5, 0.9));
    }

    @Test
    void a_store_that_failed_leaves_no_results() {
        rates(RAW, 100);
        rates(LEFTFOLD, 100);

        results.drop(LEFTFOLD);

        assertThat(results.summary(LEFTFOLD, CELL, RATE)).isEmpty();
        assertThat(results.toCsv()).hasSize(2).noneMatch(line -> line.contains("leftfold"));
    }

    @Test
    void a_gate_is_missed_below_its_bound_and_not_when_unmeasured() {
        Gate gate = Gate.of(new Options()).get(1);
        assertThat(gate.isMissed(results)).as("unmeasured").isFalse();

        rates(RAW, 100, 100, 100);
        rates(LEFTFOLD, 10, 80, 90);
        assertThat(gate.isMissed(results)).as("at the bound").isFalse();

        rates(LEFTFOLD, 10, 79, 90);
        assertThat(gate.isMissed(results)).as("below the bound").isTrue();
        assertThat(gate.line(results)).startsWith("MISS");
    }

    @Test
    void a_command_line_with_an_unknown_word_is_refused() {
        assertThatThrownBy(() -> Options.parse("--stores", "raw,nonsense"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Options.parse("--rounds", "0"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Options.parse("--round"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
