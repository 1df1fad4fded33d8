package org.leftfold.framework.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.decide.DefectException;

/** A state is never null: neither the first one nor the one behind an event. */
class NullStateTest {
    /** The only thing that happens. */
    @EventName("ticked")
    record Ticked() {}

    /** Has these states at first and behind its first event. */
    @SuppressWarnings("NullAway") // that is what is tried
    private record Ticking(@Nullable String first, @Nullable String next)
            implements Decider<String, String, Ticked> {
        @Override
        public String initialState() {
            return first;
        }

        @Override
        public List<Ticked> decide(String command, String state) {
            return List.of(new Ticked());
        }

        @Override
        public String evolve(String state, Ticked event) {
            return next;
        }
    }

    @Test
    void null_as_the_state_behind_an_event_is_a_defect_and_stores_nothing() {
        try (EventStore store = InMemoryEventStore.open()) {
            var ticks = Leftfold.on(store).repository("tick", new Ticking("", null));
            assertThatThrownBy(() -> ticks.handle("1", "tick"))
                    .isInstanceOf(DefectException.class)
                    .hasMessage(
                            "LF-1208: evolve of %s gave null as the state behind Ticked. Nothing was stored. Give a state, such as the one before it.",
                            Ticking.class.getName());
            assertThat(store.head()).isZero();
        }
    }

    @Test
    void null_as_the_state_behind_a_stored_event_is_a_defect_wherever_it_is_read() {
        try (EventStore store = InMemoryEventStore.open()) {
            Leftfold.on(store).repository("tick", new Ticking("", "x")).handle("1", "tick");
            var ticks = Leftfold.on(store).repository("tick", new Ticking("", null));
            for (Runnable read :
                    List.<Runnable>of(() -> ticks.load("1"), () -> ticks.history("1").toList())) {
                assertThatThrownBy(read::run)
                        .isInstanceOf(DefectException.class)
                        .hasMessageContaining("LF-1208");
            }
        }
    }

    @Test
    void null_as_the_first_state_is_a_defect() {
        try (EventStore store = InMemoryEventStore.open()) {
            var ticks = Leftfold.on(store).repository("tick", new Ticking(null, ""));
            for (Runnable read :
                    List.<Runnable>of(
                            () -> ticks.handle("1", "tick"), () -> ticks.history("1").toList())) {
                assertThatThrownBy(read::run)
                        .isInstanceOf(DefectException.class)
                        .hasMessage(
                                "LF-1208: initialState of %s gave null. Nothing was stored. Give a state, such as one without values.",
                                Ticking.class.getName());
            }
        }
    }
}
