package org.leftfold.framework.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.decide.Decider;

/** All that is missing is said at once, with what to do in the words of whoever reads it. */
class IncompleteAggregateTest {
    sealed interface LampCommand extends Command {
        record Light() implements LampCommand {}
    }

    sealed interface LampEvent extends Event {
        record Lit() implements LampEvent {}
    }

    static final class Lamp extends DispatchingAggregate<LampCommand, LampEvent> {}

    @EventName("rung")
    record Rung() implements Event {}

    record Ring() implements Command {}

    @SuppressWarnings("ClassCanBeStatic") // that is what is tried
    class Bell extends DispatchingAggregate<Ring, Rung> {
        Rung process(Ring command) {
            return new Rung();
        }

        void apply(Rung event) {}
    }

    @EventName(value = "ticked", version = 2)
    record Ticked(int times) {}

    static final class Clock implements Decider<Integer, Integer, Ticked> {
        @Override
        public Integer initialState() {
            return 0;
        }

        @Override
        public List<Ticked> decide(Integer command, Integer state) {
            return List.of(new Ticked(command));
        }

        @Override
        public Integer evolve(Integer state, Ticked event) {
            return state + event.times();
        }
    }

    private static void refused(Runnable definition, String... texts) {
        assertThatThrownBy(definition::run)
                .isInstanceOf(DefinitionException.class)
                .message()
                .contains(texts);
    }

    @Test
    void names_and_methods_that_are_missing_are_told_in_one_round() {
        try (EventStore store = InMemoryEventStore.open()) {
            refused(
                    () -> Leftfold.on(store).repository("lamp", Lamp.class),
                    Lamp.class.getName() + ", or the events of " + LampEvent.class.getName(),
                    "Lit has no name to be stored under",
                    "has no process(Light): add it",
                    "has no apply(Lit): add it");
        }
    }

    /** A state that cannot be changed, of which the next one gets lost. */
    record Ringing(int times) {
        Ringing apply(Rung event) {
            return new Ringing(times + 1);
        }

        int apply(int more) {
            return times + more;
        }
    }

    static final class Chime extends DispatchingAggregate<Ring, Rung> {
        private final Ringing state = new Ringing(0);

        @Override
        protected Object appliedTo() {
            return state;
        }

        Rung process(Ring command) {
            return new Rung();
        }
    }

    @Test
    void an_apply_that_gives_another_state_is_refused_for_nobody_would_keep_that() {
        try (EventStore store = InMemoryEventStore.open()) {
            assertThatThrownBy(() -> Leftfold.on(store).repository("chime", Chime.class))
                    .isInstanceOfSatisfying(
                            DefinitionException.class,
                            refusal ->
                                    assertThat(refusal.problems())
                                            .containsExactly(
                                                    Ringing.class.getName()
                                                            + ".apply(Rung) gives Ringing, which nobody keeps: let it change the state and give nothing, or write a Decider, whose evolve gives the next state"));
        }
    }

    @Test
    void an_inner_class_is_told_to_be_static() {
        try (EventStore store = InMemoryEventStore.open()) {
            refused(
                    () -> Leftfold.on(store).repository("bell", Bell.class),
                    "it is an inner class, which cannot be made without an object of the class around it: make it static");
        }
    }

    @Test
    void who_forgot_to_give_his_schema_is_reminded_of_it() {
        try (EventStore store = InMemoryEventStore.open()) {
            refused(
                    () -> Leftfold.on(store).repository("clock", new Clock()),
                    "upcast(\"ticked\", 1, json -> ...)",
                    "if there is a schema that says so already, give it: define(category, decider, SCHEMA).build()");
        }
    }
}
