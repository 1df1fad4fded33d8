package org.leftfold.examples.tickets;

import org.leftfold.framework.aggregate.Event;
import org.leftfold.framework.codec.EventName;

/** What happened to a ticket. */
public sealed interface TicketEvent extends Event {
    /** It was begun. */
    @EventName("ticket-initialized")
    record TicketInitialized(String subject) implements TicketEvent {}

    /** Somebody senior looks at it. */
    @EventName("ticket-escalated")
    record TicketEscalated(EscalationReason reason) implements TicketEvent {}
}
