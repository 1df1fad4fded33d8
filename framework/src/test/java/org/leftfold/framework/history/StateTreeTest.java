package org.leftfold.framework.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StateTreeTest {
    /** What a door may be. */
    sealed interface Lock {
        /** Shut. */
        record Locked() implements Lock {}

        /** Open for all. */
        record Unlocked() implements Lock {}
    }

    /** A door. */
    record Door(String name, Lock lock, List<Lock> others) {}

    @Test
    void inside_of_a_state_too_it_matters_which_class_of_a_sealed_type_it_is() {
        Door open = new Door("front", new Lock.Unlocked(), List.of());
        Door shut = new Door("front", new Lock.Locked(), List.of());
        assertThat(StateTree.of(open).changesTo(StateTree.of(shut))).isNotEmpty();
        assertThat(StateTree.of(open)).isNotEqualTo(StateTree.of(shut));
        Door one = new Door("front", new Lock.Locked(), List.of(new Lock.Locked()));
        Door other = new Door("front", new Lock.Locked(), List.of(new Lock.Unlocked()));
        assertThat(StateTree.of(one).changesTo(StateTree.of(other))).isNotEmpty();
    }
}
