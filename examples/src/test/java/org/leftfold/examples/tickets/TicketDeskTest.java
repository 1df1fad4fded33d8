package org.leftfold.examples.tickets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.leftfold.examples.tickets.EscalationReason.NO_ANSWER;
import static org.leftfold.examples.tickets.EscalationReason.WRONG_ANSWER;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.leftfold.api.EventStore;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.VersionConflictException;
import org.leftfold.examples.AnyStore;
import org.leftfold.framework.repository.AggregateNotFoundException;
import org.leftfold.framework.repository.Loaded;

class TicketDeskTest {
    private static List<String> stored(EventStore store) {
        return store.read(ReadRequest.all()).toList().stream()
                .map(event -> event.type() + " " + event.payload().asText())
                .toList();
    }

    @Test
    void a_ticket_is_initialized_and_escalated_with_the_version_on_the_screen() {
        try (EventStore store = AnyStore.open()) {
            TicketDesk desk = new TicketDesk(store);
            String id = desk.open("no hot water");
            Loaded<Ticket> screen = desk.show(id);
            assertThat(screen.version()).isEqualTo(1);
            assertThat(screen.state().isEscalated()).isFalse();

            desk.requestEscalation(id, NO_ANSWER, screen.version());

            assertThat(desk.show(id).version()).isEqualTo(2);
            assertThat(desk.show(id).state().isEscalated()).isTrue();
            assertThat(stored(store))
                    .containsExactly(
                            "ticket-initialized {\"subject\":\"no hot water\"}",
                            "ticket-escalated {\"reason\":\"NO_ANSWER\"}");
        }
    }

    @Test
    void of_two_who_saw_the_same_version_one_escalates_and_the_other_learns_what_was_missed() {
        try (EventStore store = AnyStore.open()) {
            TicketDesk desk = new TicketDesk(store);
            String id = desk.open("no hot water");
            long seenByBoth = desk.show(id).version();
            desk.requestEscalation(id, NO_ANSWER, seenByBoth);

            assertThatThrownBy(() -> desk.requestEscalation(id, WRONG_ANSWER, seenByBoth))
                    .isInstanceOfSatisfying(
                            VersionConflictException.class,
                            conflict ->
                                    assertThat(store.read(conflict.missed()).toList())
                                            .extracting(RecordedEvent::version)
                                            .containsExactly(2L));
            assertThat(stored(store)).hasSize(2);
        }
    }

    @Test
    void a_ticket_is_escalated_once() {
        try (EventStore store = AnyStore.open()) {
            TicketDesk desk = new TicketDesk(store);
            String id = desk.open("no hot water");
            desk.requestEscalation(id, NO_ANSWER, 1);
            desk.requestEscalation(id, WRONG_ANSWER, 2);
            assertThat(stored(store)).hasSize(2);
        }
    }

    @Test
    void a_ticket_that_nobody_opened_cannot_be_escalated() {
        try (EventStore store = AnyStore.open()) {
            assertThatThrownBy(() -> new TicketDesk(store).requestEscalation("T9", NO_ANSWER, 1))
                    .isInstanceOf(AggregateNotFoundException.class);
        }
    }

    @Test
    void a_ticket_is_what_it_was_when_the_store_is_opened_again() {
        AnyStore.Place place = AnyStore.place();
        String id;
        try (EventStore store = place.open()) {
            TicketDesk desk = new TicketDesk(store);
            id = desk.open("no hot water");
            desk.requestEscalation(id, NO_ANSWER, 1);
        }
        try (EventStore store = place.open()) {
            TicketDesk desk = new TicketDesk(store);
            Ticket ticket = desk.show(id).state();
            assertThat(ticket.subject()).isEqualTo("no hot water");
            assertThat(ticket.isEscalated()).isTrue();
            assertThatThrownBy(() -> desk.requestEscalation(id, WRONG_ANSWER, 1))
                    .isInstanceOf(VersionConflictException.class);
        }
    }
}
