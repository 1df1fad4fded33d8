package org.leftfold.examples.tickets;

import org.leftfold.examples.tickets.TicketEvent.TicketEscalated;
import org.leftfold.examples.tickets.TicketEvent.TicketInitialized;

/** What the events of a ticket add up to. Its version is counted by the store, not here. */
public final class TicketState {
    private String subject = "";
    private boolean escalated;

    void apply(TicketInitialized event) {
        subject = event.subject();
    }

    void apply(TicketEscalated event) {
        escalated = true;
    }

    /** What it is about. */
    public String subject() {
        return subject;
    }

    /** Whether somebody senior looks at it. */
    public boolean isEscalated() {
        return escalated;
    }
}
