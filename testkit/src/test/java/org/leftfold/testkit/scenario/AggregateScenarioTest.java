package org.leftfold.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.framework.aggregate.Aggregate;
import org.leftfold.framework.aggregate.AggregateType;
import org.leftfold.framework.aggregate.Command;
import org.leftfold.framework.aggregate.DispatchingAggregate;
import org.leftfold.framework.aggregate.MissingMethodException;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.testkit.scenario.Shelf.PutOn;
import org.leftfold.testkit.scenario.Shelf.ShelfCommand;
import org.leftfold.testkit.scenario.Shelf.ShelfEvent;
import org.leftfold.testkit.scenario.Shelf.TakeOff;
import org.leftfold.testkit.scenario.Shelf.WasPutOn;
import org.leftfold.testkit.scenario.Shelf.WasTakenOff;

/** Scenarios of aggregates, and the rules that only aggregates can break. */
class AggregateScenarioTest {
    @Test
    void an_aggregate_is_tested_like_a_decider() {
        Scenario.ofAggregate(Shelf.class)
                .given(new WasPutOn("Emma"))
                .givenCommands(new PutOn("Persuasion"))
                .when(new PutOn("Sanditon"))
                .thenRefused(IllegalStateException.class)
                .thenRefusedWith("full")
                .when(new TakeOff("Emma"))
                .then(new WasTakenOff("Emma"))
                .whenRepeated()
                .thenNothing()
                .when(new PutOn("Sanditon"))
                .andState(shelf ->
                        assertThat(shelf.titles()).containsExactly("Persuasion", "Sanditon"));
    }

    @Test
    void a_type_with_its_schema_is_tested_the_same_way() {
        EventSchema<ShelfEvent> schema = EventSchema.of(ShelfEvent.class);
        Scenario.of(AggregateType.of(Shelf.class, schema), schema)
                .when(new PutOn("Emma"))
                .then(new WasPutOn("Emma"));
    }

    @Test
    void an_aggregate_without_equals_is_compared_field_by_field() {
        Shelf expected = new Shelf();
        expected.apply(new WasPutOn("Emma"));
        var step = Scenario.ofAggregate(Shelf.class).when(new PutOn("Emma"));
        step.thenState(expected);
        expected.apply(new WasPutOn("Sanditon"));
        assertThatThrownBy(() -> step.thenState(expected))
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        """
                        Shelf: the state is another one than was expected
                        given
                          nothing
                        when
                          1 PutOn[title=Emma]
                        came
                          1 WasPutOn[title=Emma]
                        expected state
                          Shelf {"titles":["Emma","Sanditon"]}
                        state
                          Shelf {"titles":["Emma"]}
                        different
                          titles[1]: expected "Sanditon", came nothing\
                        """);
    }

    /** Changes its state where it ought to decide. */
    static final class HastyShelf extends Aggregate<ShelfCommand, ShelfEvent> {
        private final List<String> titles = new ArrayList<>();
        private int count;

        @Override
        public List<ShelfEvent> process(ShelfCommand command) {
            if (command instanceof PutOn put) {
                titles.add(put.title());
                count++;
                if (count > 1) {
                    throw new IllegalStateException("full");
                }
            }
            return List.of();
        }

        @Override
        public void apply(ShelfEvent event) {
            count++;
        }
    }

    @Test
    void a_change_of_the_state_while_a_command_is_decided_is_found() {
        var shelf = Scenario.ofAggregate(HastyShelf.class);
        assertThatThrownBy(() -> shelf.when(new PutOn("Emma")))
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        """
                        HastyShelf: defect: PutOn changed the state while it was decided, where only an event may
                        given
                          nothing
                        when
                          1 PutOn[title=Emma]
                        changed
                          count: 0 -> 1
                          titles[0]: nothing -> "Emma\"\
                        """);
        assertThatThrownBy(() -> shelf.given(new WasPutOn("x")).when(new PutOn("Emma")))
                .as("also when the command is refused")
                .isInstanceOf(AssertionError.class)
                .hasMessageEndingWith("changed\n  count: 1 -> 2\n  titles[0]: nothing -> \"Emma\"");
        shelf.withoutMutationCheck().when(new PutOn("Emma")).thenNothing();
        shelf.when(new TakeOff("Emma")).thenNothing();
    }

    @Test
    void a_mutation_is_gone_with_the_next_command_for_each_gets_a_state_folded_anew() {
        Scenario.ofAggregate(HastyShelf.class)
                .withoutMutationCheck()
                .when(new PutOn("Emma"))
                .thenNothing()
                .when(new PutOn("Emma"))
                .thenNothing();
    }

    /** Does not know one of its events. */
    static final class ForgetfulShelf extends DispatchingAggregate<ShelfCommand, ShelfEvent> {
        List<ShelfEvent> process(PutOn command) {
            return List.of(new WasTakenOff("Emma"));
        }

        List<ShelfEvent> process(TakeOff command) {
            return List.of();
        }

        void apply(WasPutOn event) {}
    }

    @Test
    void what_is_missing_is_named_before_anything_runs() {
        assertThatThrownBy(() -> Scenario.ofAggregate(ForgetfulShelf.class))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("has no apply(WasTakenOff): add it");
    }

    record Dust() implements Command {}

    /** Takes any command, as far as its type says. */
    static final class OpenShelf extends DispatchingAggregate<Command, ShelfEvent> {
        List<ShelfEvent> process(Dust command) {
            return List.of();
        }

        void apply(WasPutOn event) {}

        void apply(WasTakenOff event) {}
    }

    @Test
    void a_command_without_a_method_is_a_defect_and_no_refusal() {
        EventSchema<ShelfEvent> schema = EventSchema.of(ShelfEvent.class);
        AggregateType<OpenShelf, Command, ShelfEvent> shelf =
                AggregateType.of(OpenShelf.class, schema, List.of(Dust.class));
        assertThatThrownBy(() -> Scenario.of(shelf, schema).when(new PutOn("Emma")))
                .isInstanceOf(AssertionError.class)
                .hasCauseInstanceOf(MissingMethodException.class)
                .hasMessageContaining("OpenShelf: defect: PutOn could not be decided")
                .hasMessageContaining("has no process(PutOn)");
    }

    /** Refuses an event, which nobody may. */
    static final class StrictShelf extends Aggregate<ShelfCommand, ShelfEvent> {
        private int count;

        @Override
        public List<ShelfEvent> process(ShelfCommand command) {
            return List.of(new WasPutOn("Emma"), new WasTakenOff("Emma"));
        }

        @Override
        public void apply(ShelfEvent event) {
            if (event instanceof WasTakenOff) {
                throw new IllegalStateException("nothing to take off");
            }
            count++;
        }
    }

    @Test
    void an_event_that_cannot_be_applied_is_a_defect_and_no_refusal() {
        var shelf = Scenario.ofAggregate(StrictShelf.class);
        assertThatThrownBy(() -> shelf.given(new WasPutOn("a"), new WasTakenOff("b")))
                .isInstanceOf(AssertionError.class)
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessage(
                        """
                        StrictShelf: defect: given event 2 cannot be applied, where every event has to be accepted
                        given
                          1 WasPutOn[title=a]
                          2 WasTakenOff[title=b]
                        event
                          WasTakenOff[title=b]
                        thrown
                          IllegalStateException: nothing to take off\
                        """);
        assertThatThrownBy(() -> shelf.given(new WasPutOn("a")).when(new TakeOff("a")))
                .isInstanceOf(AssertionError.class)
                .hasMessage(
                        """
                        StrictShelf: defect: emitted event 2 cannot be applied, where every event has to be accepted
                        given
                          1 WasPutOn[title=a]
                        when
                          1 TakeOff[title=a]
                        event
                          WasTakenOff[title=Emma]
                        thrown
                          IllegalStateException: nothing to take off\
                        """);
    }

    @Test
    void without_the_check_events_are_applied_when_a_state_is_needed() {
        var step =
                Scenario.ofAggregate(StrictShelf.class).withoutApplyCheck().when(new TakeOff("a"));
        step.then(new WasPutOn("Emma"), new WasTakenOff("Emma"));
        assertThatThrownBy(() -> step.andState(shelf -> assertThat(shelf.count).isZero()))
                .hasMessageContaining("defect: emitted event 2 cannot be applied");
    }

    /** Asserts while it applies. */
    static final class AssertingShelf extends Aggregate<ShelfCommand, ShelfEvent> {
        @Override
        public List<ShelfEvent> process(ShelfCommand command) {
            return List.of(new WasPutOn("Emma"));
        }

        @Override
        public void apply(ShelfEvent event) {
            throw new AssertionError("no room");
        }
    }

    @Test
    void an_assertion_that_fails_in_apply_is_told_with_the_story_around_it() {
        assertThatThrownBy(() -> Scenario.ofAggregate(AssertingShelf.class).when(new PutOn("Emma")))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("AssertingShelf: defect: emitted event 1 cannot be applied")
                .hasMessageContaining("AssertionError: no room")
                .hasRootCauseMessage("no room");
    }

    static final class ShelfFullException extends Exception {
        private static final long serialVersionUID = 1L;

        ShelfFullException() {
            super("it is full");
        }
    }

    static final class FullShelf extends DispatchingAggregate<ShelfCommand, ShelfEvent> {
        private boolean isFull = true;

        List<ShelfEvent> process(ShelfCommand command) throws ShelfFullException {
            if (isFull) {
                throw new ShelfFullException();
            }
            return List.of();
        }

        void apply(ShelfEvent event) {}
    }

    @Test
    void a_refusal_may_be_an_exception_that_is_declared() {
        Scenario.ofAggregate(FullShelf.class)
                .when(new PutOn("Emma"))
                .thenRefused(ShelfFullException.class)
                .thenRefusedWith("full");
    }
}
