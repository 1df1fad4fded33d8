package org.leftfold.framework.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.leftfold.framework.codec.DefinitionException;

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

    /** Sets of every kind that a state may have. */
    record Sets(
            Set<String> texts,
            Set<Lock> locks,
            Collection<Integer> numbers,
            Set<Set<BigDecimal>> sets,
            Map<String, Set<Door>> doors) {}

    private static <T> Set<T> inOrder(List<T> elements) {
        return new LinkedHashSet<>(elements);
    }

    @Test
    void equal_sets_are_no_change_whatever_order_their_elements_come_in() {
        Door open = new Door("front", new Lock.Unlocked(), List.of());
        Door shut = new Door("front", new Lock.Locked(), List.of());
        Set<BigDecimal> some = inOrder(List.of(new BigDecimal("1.50"), new BigDecimal("2")));
        Set<BigDecimal> same = inOrder(List.of(new BigDecimal("2"), new BigDecimal("1.50")));
        Sets one =
                new Sets(
                        inOrder(List.of("a", "b")),
                        inOrder(List.of(new Lock.Locked(), new Lock.Unlocked())),
                        inOrder(List.of(10, 9)),
                        inOrder(List.of(some, Set.of())),
                        Map.of("d", inOrder(List.of(open, shut))));
        Sets other =
                new Sets(
                        inOrder(List.of("b", "a")),
                        inOrder(List.of(new Lock.Unlocked(), new Lock.Locked())),
                        inOrder(List.of(9, 10)),
                        inOrder(List.of(Set.of(), same)),
                        Map.of("d", inOrder(List.of(shut, open))));
        assertThat(one).isEqualTo(other);
        assertThat(StateTree.of(one).differencesTo(StateTree.of(other))).isEmpty();
        assertThat(StateTree.of(one)).isEqualTo(StateTree.of(other));
        assertThat(StateTree.of(one).json())
                .startsWith("{\"texts\":[\"a\",\"b\"],")
                .contains("\"numbers\":[9,10],\"sets\":[[1.50,2],[]]")
                .isEqualTo(StateTree.of(other).json());
        assertThat(StateTree.of(inOrder(List.of("b", "a")))).hasToString("[\"a\",\"b\"]");
    }

    /** Says of which class its value is. */
    record Anything(@JsonTypeInfo(use = JsonTypeInfo.Id.NAME) Object value) {}

    @Test
    void equal_sets_that_are_written_with_their_class_are_no_change_either() {
        StateTree one = StateTree.of(new Anything(inOrder(List.of("a", "b"))));
        assertThat(one).isEqualTo(StateTree.of(new Anything(inOrder(List.of("b", "a")))));
        assertThat(one.json()).contains("LinkedHashSet").contains("[\"a\",\"b\"]");
    }

    @Test
    void other_sets_and_lists_in_another_order_are_changes() {
        assertThat(StateTree.of(Set.of("a")).differencesTo(StateTree.of(Set.of("a", "b"))))
                .containsExactly("[1]: nothing -> \"b\"");
        assertThat(StateTree.of(List.of("a", "b"))).isNotEqualTo(StateTree.of(List.of("b", "a")));
    }

    /** Leads in a circle, through a set. */
    static final class Ring {
        final Set<Object> others = new LinkedHashSet<>(List.of(this));
    }

    @Test
    void a_circle_through_a_set_is_told_as_any_other() {
        assertThatThrownBy(() -> StateTree.of(new Ring()))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("Ring");
    }

    enum Light {
        RED,
        GREEN {
            @Override
            boolean isGo() {
                return true;
            }
        };

        boolean isGo() {
            return false;
        }
    }

    @Test
    void how_a_list_a_map_or_a_constant_is_made_is_no_difference() {
        assertThat(differences(List.of(1), new ArrayList<>(List.of(1, 2))))
                .containsExactly("[1]: nothing -> 2");
        assertThat(differences(Set.of(), new LinkedHashSet<>())).isEmpty();
        assertThat(differences(Map.of(), new TreeMap<>(Map.of("a", 1))))
                .containsExactly("a: nothing -> 1");
        assertThat(differences(Light.RED, Light.GREEN)).containsExactly(": \"RED\" -> \"GREEN\"");
        assertThat(differences(List.of(), Set.of())).containsExactly(": List -> Set");
    }

    private static List<String> differences(Object one, Object other) {
        return StateTree.of(one).differencesTo(StateTree.of(other));
    }
}
