package org.leftfold.framework.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.aggregate.DispatchingAggregateTest.DoorCommand;
import org.leftfold.framework.aggregate.DispatchingAggregateTest.DoorEvent;
import org.leftfold.framework.decide.DefectException;
import org.leftfold.framework.repository.CommandInterceptor;

/** What overloads may throw that methods of an interface could not. */
class ThrowingAggregateTest {
    /** Checks itself while it applies, and throws what Java would have let it declare. */
    static final class Strict extends DispatchingAggregate<DoorCommand, DoorEvent> {
        private boolean away = true;

        List<DoorEvent> process(DoorCommand command) {
            return List.of(
                    command instanceof DoorCommand.Open
                            ? new DoorEvent.Knocked()
                            : new DoorEvent.Closed());
        }

        void apply(DoorEvent.Closed event) throws IOException {
            if (away) {
                throw new IOException("the door is away");
            }
        }

        void apply(DoorEvent event) {
            if (away) {
                throw new AssertionError("nobody may knock");
            }
        }
    }

    @Test
    void whatever_apply_throws_is_a_defect_and_stores_nothing() {
        try (EventStore store = InMemoryEventStore.open()) {
            var doors = Leftfold.on(store).repository("door", Strict.class);
            List<DoorCommand> commands =
                    List.of(new DoorCommand.Open("ada"), new DoorCommand.Close());
            List<Class<?>> thrown = List.of(AssertionError.class, IOException.class);
            for (int i = 0; i < commands.size(); i++) {
                DoorCommand command = commands.get(i);
                assertThatThrownBy(() -> doors.handle("d1", command))
                        .isInstanceOf(DefectException.class)
                        .hasMessageContaining("it has thrown " + thrown.get(i).getName())
                        .hasRootCauseInstanceOf(thrown.get(i).asSubclass(Throwable.class));
            }
            assertThat(store.head()).isZero();
        }
    }

    static final class LockedException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** Refuses by an exception that is declared. */
    static final class LockedDoor extends DispatchingAggregate<DoorCommand, DoorEvent> {
        int tries;

        List<DoorEvent> process(DoorCommand.Open command) throws LockedException {
            tries += command.who().length();
            throw new LockedException();
        }

        List<DoorEvent> process(DoorCommand command) throws LockedException {
            if (tries == 0) {
                throw new LockedException();
            }
            return List.of();
        }

        void apply(DoorEvent event) {}
    }

    @Test
    void a_refusal_by_an_exception_that_is_declared_is_one_for_interceptors_and_checks_too() {
        try (EventStore store = InMemoryEventStore.open()) {
            var doors = Leftfold.on(store).define("door", LockedDoor.class).checkMutations();
            assertThatThrownBy(() -> doors.build().handle("d1", new DoorCommand.Close()))
                    .isInstanceOf(LockedException.class);
            assertThatThrownBy(() -> doors.build().handle("d1", new DoorCommand.Open("ada")))
                    .isInstanceOf(DefectException.class)
                    .hasMessageContaining("fields that it changed: tries");
            doors.intercept(
                    new CommandInterceptor<>() {
                        @Override
                        public Optional<List<?>> refused(
                                Decision<DoorCommand, LockedDoor, DoorEvent> decision,
                                Exception refusal) {
                            return Optional.of(List.of(new DoorEvent.Knocked()));
                        }
                    });
            assertThat(doors.build().handle("d1", new DoorCommand.Close()).events())
                    .containsExactly(new DoorEvent.Knocked());
        }
    }
}
