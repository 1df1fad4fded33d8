package org.leftfold.examples.tickets;

import static org.leftfold.framework.repository.CommandOptions.none;

import org.leftfold.api.EventStore;
import org.leftfold.examples.tickets.TicketCommand.InitializeTicket;
import org.leftfold.examples.tickets.TicketCommand.RequestEscalation;
import org.leftfold.framework.Leftfold;
import org.leftfold.framework.repository.Loaded;
import org.leftfold.framework.repository.Repository;

/** Where tickets are opened, looked at and escalated. */
public final class TicketDesk {
    private final Repository<TicketCommand, Ticket, TicketEvent> tickets;

    /** A desk whose tickets are in this store. */
    public TicketDesk(EventStore store) {
        tickets = Leftfold.on(store).repository("ticket", Ticket.class);
    }

    /** Opens a ticket, and gives its id. */
    public String open(String subject) {
        return tickets.save(new InitializeTicket(subject)).id();
    }

    /** The ticket as it is now; its version goes to the screen with it. */
    public Loaded<Ticket> show(String id) {
        return tickets.load(id);
    }

    /**
     * Escalates a ticket.
     *
     * @param originalVersion the version that was on the screen
     * @throws org.leftfold.api.VersionConflictException if something has happened since
     */
    public void requestEscalation(String id, EscalationReason reason, long originalVersion) {
        tickets.update(id, new RequestEscalation(reason), none().expecting(originalVersion));
    }
}
