package org.leftfold.benchmarks.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.leftfold.benchmarks.race.Contender.Place;

class VerdictTest {
    private static final Place A = new Place(1, "a");
    private static final Place B = new Place(2, "b");
    private static final Place C = new Place(3, "c");
    private static final List<Place> LOG = List.of(A, B, C);
    private static final Set<String> ALL = Set.of("a", "b", "c");

    @Test
    void a_follower_that_saw_the_log_is_clean() {
        Verdict verdict = Verdict.of(LOG, List.of("a", "b", "c"), ALL);

        assertThat(verdict).isEqualTo(new Verdict(3, 0, 0, 0, 0, 0, 0));
        assertThat(verdict.isClean()).isTrue();
    }

    @Test
    void an_event_that_was_passed_by_is_missed_and_below() {
        Verdict verdict = Verdict.of(LOG, List.of("a", "c"), ALL);

        assertThat(verdict).isEqualTo(new Verdict(3, 1, 0, 1, 0, 0, 0));
        assertThat(verdict.isClean()).isFalse();
    }

    @Test
    void an_event_behind_the_last_one_seen_is_missed_and_not_below() {
        assertThat(Verdict.of(LOG, List.of("a", "b"), ALL))
                .isEqualTo(new Verdict(3, 1, 0, 0, 0, 0, 0));
    }

    @Test
    void an_event_that_comes_late_is_out_of_order_and_below() {
        assertThat(Verdict.of(LOG, List.of("a", "c", "b"), ALL))
                .isEqualTo(new Verdict(3, 0, 1, 1, 0, 0, 0));
    }

    @Test
    void an_event_that_comes_again_is_counted() {
        assertThat(Verdict.of(LOG, List.of("a", "b", "b", "c"), ALL))
                .isEqualTo(new Verdict(3, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void holes_are_positions_without_an_event() {
        List<Place> log = List.of(A, new Place(5, "e"));

        assertThat(Verdict.of(log, List.of("a", "e"), Set.of("a", "e")))
                .isEqualTo(new Verdict(2, 0, 0, 0, 0, 3, 0));
    }

    @Test
    void an_acknowledged_event_that_is_not_in_the_log_is_lost() {
        assertThat(Verdict.of(LOG, List.of("a", "b", "c"), Set.of("a", "d")))
                .isEqualTo(new Verdict(3, 0, 0, 0, 0, 0, 1));
    }

    @Test
    void an_event_that_was_seen_and_is_not_in_the_log_counts_as_lost() {
        assertThat(Verdict.of(LOG, List.of("a", "b", "c", "x"), ALL))
                .isEqualTo(new Verdict(3, 0, 0, 0, 0, 0, 1));
    }
}
