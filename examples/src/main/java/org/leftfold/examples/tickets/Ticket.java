package org.leftfold.examples.tickets;

import java.util.Optional;
import org.leftfold.examples.tickets.TicketCommand.InitializeTicket;
import org.leftfold.examples.tickets.TicketCommand.RequestEscalation;
import org.leftfold.examples.tickets.TicketEvent.TicketEscalated;
import org.leftfold.examples.tickets.TicketEvent.TicketInitialized;
import org.leftfold.framework.aggregate.DispatchingAggregate;

/** The rules of a ticket: it can be escalated once. */
public final class Ticket extends DispatchingAggregate<TicketCommand, TicketEvent> {
    private final TicketState state = new TicketState();

    TicketInitialized process(InitializeTicket command) {
        return new TicketInitialized(command.subject());
    }

    Optional<TicketEscalated> process(RequestEscalation command) {
        return state.isEscalated()
                ? Optional.empty()
                : Optional.of(new TicketEscalated(command.reason()));
    }

    /** The object that has the {@code apply} methods. */
    @Override
    protected TicketState appliedTo() {
        return state;
    }

    /** What it is about. */
    public String subject() {
        return state.subject();
    }

    /** Whether somebody else takes care of it by now. */
    public boolean isEscalated() {
        return state.isEscalated();
    }
}
