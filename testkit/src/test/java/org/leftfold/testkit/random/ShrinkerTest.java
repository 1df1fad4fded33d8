package org.leftfold.testkit.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
    @Test
    void what_is_left_fails_and_nothing_more_can_be_left_out() {
        List<Integer> steps = IntStream.range(0, 500).boxed().toList();
        List<Integer> small =
                Shrinker.shrink(steps, list -> list.containsAll(List.of(3, 250, 251, 499)));
        assertThat(small).containsExactly(3, 250, 251, 499);
        assertThat(Shrinker.shrink(steps, list -> true)).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shrinker.shrink(steps, List::isEmpty));
    }

    @Test
    void steps_are_made_simpler() {
        List<Integer> simple =
                Shrinker.simplify(
                        List.of(9, 8),
                        step -> Math.max(0, step - 1),
                        list -> list.get(0) + list.get(1) > 10);
        assertThat(simple).containsExactly(3, 8);
    }

    @Test
    void a_failure_names_its_seed() {
        assertThatThrownBy(() ->
                        Seeds.check(
                                Seeds.range(1, 20),
                                (seed, random) -> {
                                    if (seed == 13) {
                                        throw new AssertionError("unlucky");
                                    }
                                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("13")
                .hasMessageContaining("unlucky");
        String text =
                Seeds.smallestFailure(
                        Seeds.range(1, 20),
                        random -> random.ints(30, 0, 10).boxed().toList(),
                        list -> list.contains(7));
        assertThat(text).contains("1 of 30 steps: [7]");
    }
}
