package org.leftfold.framework.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.StreamName;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.codec.EventName;
import org.leftfold.framework.decide.Decider;

/** A message that was given to two things under one handler is handled once, and that is told. */
class OneMessageTwoThingsTest {
    @EventName("paid")
    record Paid(int cents) {}

    private static final class Account implements Decider<Integer, Integer, Paid> {
        @Override
        public Integer initialState() {
            return 0;
        }

        @Override
        public List<Paid> decide(Integer command, Integer state) {
            return List.of(new Paid(command));
        }

        @Override
        public Integer evolve(Integer state, Paid event) {
            return state + event.cents();
        }
    }

    @Test
    void a_duplicate_tells_where_its_message_was_handled() {
        try (EventStore store = InMemoryEventStore.open()) {
            CommandOptions message = CommandOptions.trigger("transfers", "t-1");
            var from = Leftfold.on(store).repository("from", new Account());
            var to = Leftfold.on(store).repository("to", new Account());
            assertThat(from.handle("1", -5, message).handledIn()).isEmpty();

            Handled<Integer, Paid> lost = to.handle("1", 5, message);

            assertThat(lost.isDuplicate()).isTrue();
            assertThat(lost.handledIn()).isEqualTo(Optional.of(new StreamName("from-1")));
            assertThat(lost)
                    .hasToString(
                            "DUPLICATE in to-1 at version 0: 0 events, its message was handled in from-1");
            assertThat(from.handle("1", -5, message))
                    .hasToString("DUPLICATE in from-1 at version 1: 0 events");
            assertThat(to.handle("1", 5, CommandOptions.trigger("transfers-to", "t-1")).version())
                    .isEqualTo(1);
        }
    }
}
