package org.leftfold.framework.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.decide.DefectException;
import org.leftfold.framework.history.FieldChange;
import org.leftfold.framework.repository.CommandInterceptor;
import org.leftfold.framework.repository.CommandOptions;

class DispatchingAggregateTest {
    sealed interface DoorCommand extends Command {
        record Open(String who) implements DoorCommand {}

        record Close() implements DoorCommand {}

        record Knock(int times) implements DoorCommand {}

        record Paint(String colour) implements DoorCommand {}
    }

    sealed interface DoorEvent extends Event {
        /** What changes who can go through. */
        sealed interface Moved extends DoorEvent {}

        @EventName("opened")
        record Opened(String who) implements Moved {}

        @EventName("closed")
        record Closed() implements Moved {}

        @EventName("knocked")
        record Knocked() implements DoorEvent {}

        @EventName("painted")
        record Painted(String colour) implements DoorEvent {}
    }

    /** Has each kind of result, and methods of each visibility. */
    @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // called by their names
    static class Door extends DispatchingAggregate<DoorCommand, DoorEvent> {
        final List<String> calls = new ArrayList<>();
        boolean open;

        private List<DoorEvent> process(DoorCommand.Open command) {
            calls.add("process Open");
            return open ? List.of() : List.of(new DoorEvent.Opened(command.who()));
        }

        protected Optional<DoorEvent> process(DoorCommand.Close command) {
            calls.add("process Close");
            return open ? Optional.of(new DoorEvent.Closed()) : Optional.empty();
        }

        List<DoorEvent.Knocked> process(DoorCommand.Knock command) {
            return java.util.Collections.nCopies(command.times(), new DoorEvent.Knocked());
        }

        public DoorEvent.Painted process(DoorCommand.Paint command) {
            return new DoorEvent.Painted(command.colour());
        }

        private void apply(DoorEvent.Opened event) {
            calls.add("apply Opened");
            open = true;
        }

        void apply(DoorEvent.Moved event) {
            calls.add("apply Moved");
            open = false;
        }

        void apply(DoorEvent event) {
            calls.add("apply " + event.getClass().getSimpleName());
        }
    }

    /** Overrides one method and inherits the others. */
    static final class SlidingDoor extends Door {
        @Override
        public DoorEvent.Painted process(DoorCommand.Paint command) {
            return new DoorEvent.Painted("glass");
        }
    }

    private static final EventSchema<DoorEvent> EVENTS = EventSchema.of(DoorEvent.class);

    @Test
    void each_command_goes_to_the_overload_of_its_class_whatever_that_gives() {
        Door door = new Door();
        assertThat(door.decide(new DoorCommand.Open("ada")))
                .isEqualTo(List.of(new DoorEvent.Opened("ada")));
        assertThat(door.decide(new DoorCommand.Close())).isEmpty();
        assertThat(door.decide(new DoorCommand.Knock(2))).hasSize(2);
        assertThat(door.decide(new DoorCommand.Paint("red")))
                .isEqualTo(List.of(new DoorEvent.Painted("red")));
        Door sliding = new SlidingDoor();
        assertThat(sliding.decide(new DoorCommand.Paint("red")))
                .isEqualTo(List.of(new DoorEvent.Painted("glass")));
        assertThat(sliding.decide(new DoorCommand.Open("ada"))).hasSize(1);
    }

    @Test
    void an_event_goes_to_the_nearest_overload() {
        Door door = new Door();
        door.evolve(new DoorEvent.Opened("ada"));
        door.evolve(new DoorEvent.Closed());
        door.evolve(new DoorEvent.Knocked());
        assertThat(door.calls).containsExactly("apply Opened", "apply Moved", "apply Knocked");
    }

    @Test
    void a_command_is_decided_on_the_applied_history_and_its_events_are_applied_at_once() {
        try (EventStore store = InMemoryEventStore.open()) {
            var doors = Leftfold.on(store).repository("door", Door.class);
            Door created = doors.save("d1", new DoorCommand.Open("ada")).state();
            assertThat(created.calls).containsExactly("process Open", "apply Opened");
            Door updated = doors.update("d1", new DoorCommand.Close()).state();
            assertThat(updated.calls)
                    .containsExactly("apply Opened", "process Close", "apply Moved");
            assertThat(updated.open).isFalse();
            assertThat(doors.load("d1").state().open).isFalse();
            assertThat(doors.at("d1", 1).state().open).isTrue();
        }
    }

    @Test
    void commands_and_events_of_aggregates_carry_their_markers() {
        var parameters = AggregateRoot.class.getTypeParameters();
        assertThat(parameters[0].getBounds()).containsExactly(Command.class);
        assertThat(parameters[1].getBounds()).containsExactly(Event.class);
    }

    static class Incomplete extends DispatchingAggregate<DoorCommand, DoorEvent> {
        List<DoorEvent> process(DoorCommand.Open command) {
            return List.of();
        }

        int process(DoorCommand.Close command) {
            return 1;
        }

        void apply(DoorEvent.Opened event) {}
    }

    @Test
    void everything_that_is_missing_is_named_at_the_start() {
        assertThatThrownBy(() -> AggregateType.of(Incomplete.class, EVENTS))
                .isInstanceOfSatisfying(
                        DefinitionException.class,
                        refusal ->
                                assertThat(refusal.problems())
                                        .hasSize(7)
                                        .anyMatch(text -> text.contains("process(Close) gives int"))
                                        .anyMatch(text ->
                                                text.contains("has no process(Close): add it"))
                                        .anyMatch(text ->
                                                text.contains("has no process(Knock): add it"))
                                        .anyMatch(text ->
                                                text.contains("has no process(Paint): add it"))
                                        .anyMatch(text ->
                                                text.contains("has no apply(Closed): add it"))
                                        .anyMatch(text ->
                                                text.contains("has no apply(Knocked): add it"))
                                        .anyMatch(text ->
                                                text.contains("has no apply(Painted): add it")))
                .hasMessageStartingWith("LF-1201: " + Incomplete.class.getName());
    }

    interface OpenCommand extends Command {}

    record Ring() implements OpenCommand {}

    record Call() implements OpenCommand {}

    static class Bell extends DispatchingAggregate<OpenCommand, DoorEvent> {
        DoorEvent process(Ring command) {
            return new DoorEvent.Knocked();
        }

        void apply(DoorEvent event) {}
    }

    @Test
    void commands_that_are_not_sealed_have_to_be_named_and_are_checked_then() {
        assertThatThrownBy(() -> AggregateType.of(Bell.class, EVENTS))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining(
                        "OpenCommand is not sealed, so the commands are not known, nor which of them have no process: seal it, or name them with AggregateType.of(type, schema, commands)");
        assertThat(AggregateType.of(Bell.class, EVENTS, List.of(Ring.class)).toString())
                .endsWith("Bell");
        assertThatThrownBy(
                        () -> AggregateType.of(Bell.class, EVENTS, List.of(Ring.class, Call.class)))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("has no process(Call): add it");
        assertThatThrownBy(() -> new Bell().decide(new Call()))
                .isInstanceOf(MissingMethodException.class)
                .hasMessageContaining("LF-1205")
                .hasMessageContaining("has no process(Call)");
    }

    sealed interface HalfOpen extends Command {
        non-sealed interface Rest extends HalfOpen {}

        record Begin() implements HalfOpen {}
    }

    record Anything() implements HalfOpen.Rest {}

    static class Half extends DispatchingAggregate<HalfOpen, DoorEvent> {
        List<DoorEvent> process(HalfOpen.Begin command) {
            return List.of();
        }

        void apply(DoorEvent event) {}
    }

    static final class Whole extends Half {
        List<DoorEvent> process(HalfOpen command) {
            return List.of();
        }
    }

    @Test
    void who_processes_whatever_comes_need_not_know_all_commands() {
        assertThatThrownBy(() -> AggregateType.of(Half.class, EVENTS))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("HalfOpen$Rest is not sealed");
        AggregateType<Whole, HalfOpen, DoorEvent> whole = AggregateType.of(Whole.class, EVENTS);
        assertThat(whole.decide(new Anything(), whole.initialState())).isEmpty();
    }

    interface Left extends Event {}

    interface Right extends Event {}

    @EventName("both")
    record Both() implements Left, Right {}

    static class Torn extends DispatchingAggregate<OpenCommand, Event> {
        void apply(Left event) {}

        void apply(Right event) {}
    }

    @Test
    void two_overloads_that_fit_equally_well_are_a_mistake() {
        EventSchema<Event> schema = EventSchema.builder(Event.class).event(Both.class).build();
        assertThatThrownBy(() -> AggregateType.of(Torn.class, schema))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("several apply methods that fit Both equally well")
                .hasMessageContaining("Left")
                .hasMessageContaining("Right");
    }

    /** The state of a ticket, apart from the ticket. */
    static final class TicketState {
        @Nullable String who;

        void apply(DoorEvent.Opened event) {
            who = event.who();
        }

        void apply(DoorEvent event) {}
    }

    static final class Ticket extends DispatchingAggregate<DoorCommand, DoorEvent> {
        private final TicketState state = new TicketState();

        @Override
        protected Object appliedTo() {
            return state;
        }

        List<DoorEvent> process(DoorCommand command) {
            return List.of(new DoorEvent.Opened("anna"));
        }
    }

    @Test
    void the_state_may_have_a_class_of_its_own() {
        try (EventStore store = InMemoryEventStore.open()) {
            var tickets = Leftfold.on(store).repository("ticket", Ticket.class);
            tickets.save("t1", new DoorCommand.Close());
            assertThat(tickets.load("t1").state().state.who).isEqualTo("anna");
        }
    }

    static final class NoConstructor extends Door {
        NoConstructor(int ignored) {}
    }

    abstract static class AbstractDoor extends Door {}

    @Test
    void an_aggregate_has_a_constructor_without_parameters() {
        assertThatThrownBy(() -> AggregateType.of(NoConstructor.class, EVENTS))
                .hasMessageContaining("no constructor without parameters");
        assertThatThrownBy(() -> AggregateType.of(AbstractDoor.class, EVENTS))
                .hasMessageContaining("abstract");
    }

    static final class Forgetful extends DispatchingAggregate<DoorCommand, DoorEvent> {
        int knocks;

        List<DoorEvent> process(DoorCommand.Knock command) {
            knocks += command.times();
            return List.of(new DoorEvent.Knocked());
        }

        List<DoorEvent> process(DoorCommand.Close command) {
            knocks = 100;
            throw new IllegalArgumentException("never closed");
        }

        List<DoorEvent> process(DoorCommand command) {
            return List.of(new DoorEvent.Painted("red"));
        }

        void apply(DoorEvent.Painted event) {
            if (event.colour().equals("red")) {
                throw new IllegalStateException("the paint is empty");
            }
        }

        void apply(DoorEvent event) {}
    }

    @Test
    void a_change_in_process_is_reported_as_a_defect_before_anything_is_stored() {
        try (EventStore store = InMemoryEventStore.open()) {
            var doors = Leftfold.on(store).define("door", Forgetful.class).checkMutations().build();
            assertThatThrownBy(() -> doors.handle("d1", new DoorCommand.Knock(2)))
                    .isInstanceOf(DefectException.class)
                    .hasMessageContaining("LF-1203")
                    .hasMessageContaining("Knock")
                    .hasMessageContaining("fields that it changed: knocks. Nothing was stored")
                    .hasMessageNotContaining("-> 2")
                    .extracting(thrown -> ((DefectException) thrown).changes())
                    .isEqualTo(List.of(new FieldChange("knocks", "0", "2")));
            assertThatThrownBy(() -> doors.handle("d1", new DoorCommand.Close()))
                    .as("a refusal changes nothing either")
                    .isInstanceOf(DefectException.class)
                    .hasMessageContaining("fields that it changed: knocks. Nothing was stored");
            assertThat(store.head()).isZero();
        }
    }

    @Test
    void an_exception_in_apply_is_another_kind_of_error_than_a_refusal_and_stores_nothing() {
        try (EventStore store = InMemoryEventStore.open()) {
            var doors = Leftfold.on(store).repository("door", Forgetful.class);
            assertThatThrownBy(() -> doors.handle("d1", new DoorCommand.Paint("red")))
                    .isInstanceOf(DefectException.class)
                    .hasMessageContaining("LF-1202")
                    .hasMessageContaining("Painted")
                    .hasMessageContaining("door-d1")
                    .hasMessageContaining("it has thrown java.lang.IllegalStateException.")
                    .hasMessageNotContaining("paint is empty")
                    .hasRootCauseMessage("the paint is empty");
            assertThatThrownBy(() ->
                            doors.handle("d1", new DoorCommand.Close(), CommandOptions.none()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(store.head()).isZero();
        }
    }

    static final class Absent extends DispatchingAggregate<DoorCommand, DoorEvent> {
        @Nullable List<DoorEvent> process(DoorCommand.Open command) {
            return null;
        }

        @SuppressWarnings("NullableOptional") // that is what is tried
        @Nullable Optional<DoorEvent> process(DoorCommand.Close command) {
            return null;
        }

        @Nullable DoorEvent process(DoorCommand.Knock command) {
            return null;
        }

        List<@Nullable DoorEvent> process(DoorCommand.Paint command) {
            return Arrays.asList(new DoorEvent.Painted("red"), null);
        }

        void apply(DoorEvent event) {}
    }

    @Test
    void null_is_a_defect_of_its_own_and_no_refusal() {
        try (EventStore store = InMemoryEventStore.open()) {
            List<Exception> refusals = new ArrayList<>();
            var doors =
                    Leftfold.on(store)
                            .define("door", Absent.class)
                            .intercept(
                                    new CommandInterceptor<>() {
                                        @Override
                                        public Optional<List<?>> refused(
                                                Decision<DoorCommand, Absent, DoorEvent> decision,
                                                Exception refusal) {
                                            refusals.add(refusal);
                                            return Optional.of(List.of());
                                        }
                                    })
                            .build();
            List<DoorCommand> commands =
                    List.of(
                            new DoorCommand.Open("ada"),
                            new DoorCommand.Close(),
                            new DoorCommand.Knock(2),
                            new DoorCommand.Paint("red"));
            for (DoorCommand command : commands) {
                assertThatThrownBy(() -> doors.handle("d1", command))
                        .isInstanceOf(DefectException.class)
                        .hasMessage(
                                "LF-1208: %s gave null for %s, instead of its events or among them. Nothing was stored. Give a list without null, an empty one when nothing happens.",
                                Absent.class.getName(), command.getClass().getSimpleName());
            }
            assertThat(refusals).isEmpty();
            assertThat(store.head()).isZero();
        }
    }
}
