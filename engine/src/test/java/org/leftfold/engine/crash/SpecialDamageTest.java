package org.leftfold.engine.crash;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damage and lies of a disk that need a history of their own. */
class SpecialDamageTest {
    @Test
    void an_old_frame_that_comes_back_is_noticed() {
        Special.oldFrameComesBack();
    }

    @Test
    void a_group_that_could_not_be_written_stays_away() {
        Special.failedGroupStaysAway();
    }

    @Test
    void a_batch_may_fill_several_segments() {
        Special.batchAcrossSegments();
    }

    @Test
    void frames_behind_a_damage_prove_it_when_the_mark_is_old() {
        Special.damageWithoutMark(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 30, 59, 60})
    void a_lying_force_costs_a_suffix_at_most(int from) {
        Special.forceLies(from, false);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 30, 59, 60})
    void a_lying_force_is_noticed_where_the_mark_was_kept(int from) {
        Special.forceLies(from, true);
    }
}
