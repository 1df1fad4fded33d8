package org.leftfold.examples.tickets;

import org.leftfold.framework.aggregate.Command;

/** What somebody wants of a ticket. */
public sealed interface TicketCommand extends Command {
    /** Begins a ticket. */
    record InitializeTicket(String subject) implements TicketCommand {}

    /** Wants somebody senior to look at it. */
    record RequestEscalation(EscalationReason reason) implements TicketCommand {}
}
