package org.leftfold.examples.leads;

import static org.leftfold.examples.leads.LeadStage.CLOSED;
import static org.leftfold.examples.leads.LeadStage.CONTACTED;
import static org.leftfold.examples.leads.LeadStage.CONVERTED;
import static org.leftfold.examples.leads.LeadStage.FOLLOWUP_SET;
import static org.leftfold.examples.leads.LeadStage.NEW;
import static org.leftfold.examples.leads.LeadStage.PAYMENT_FAILED;
import static org.leftfold.examples.leads.LeadStage.PENDING_PAYMENT;
import static org.leftfold.examples.leads.LeadStage.UNKNOWN;

import java.util.List;
import java.util.Set;
import org.leftfold.examples.leads.LeadCommand.CloseLead;
import org.leftfold.examples.leads.LeadCommand.ConfirmPayment;
import org.leftfold.examples.leads.LeadCommand.Contact;
import org.leftfold.examples.leads.LeadCommand.FailPayment;
import org.leftfold.examples.leads.LeadCommand.InitializeLead;
import org.leftfold.examples.leads.LeadCommand.SetFollowup;
import org.leftfold.examples.leads.LeadCommand.SubmitOrder;
import org.leftfold.examples.leads.LeadCommand.UpdateContactDetails;
import org.leftfold.examples.leads.LeadEvent.ContactDetailsUpdated;
import org.leftfold.examples.leads.LeadEvent.Contacted;
import org.leftfold.examples.leads.LeadEvent.FollowupSet;
import org.leftfold.examples.leads.LeadEvent.LeadClosed;
import org.leftfold.examples.leads.LeadEvent.LeadInitialized;
import org.leftfold.examples.leads.LeadEvent.OrderSubmitted;
import org.leftfold.examples.leads.LeadEvent.PaymentConfirmed;
import org.leftfold.examples.leads.LeadEvent.PaymentFailed;
import org.leftfold.framework.decide.Decider;

/** The rules of a lead: a call leads to another call, to an order, or to the end. */
public final class LeadDecider implements Decider<LeadCommand, LeadStage, LeadEvent> {
    private static final Set<LeadStage> TO_CALL = Set.of(NEW, FOLLOWUP_SET, PAYMENT_FAILED);

    @Override
    public LeadStage initialState() {
        return UNKNOWN;
    }

    @Override
    public List<LeadEvent> decide(LeadCommand command, LeadStage stage) {
        if (!isPossible(command, stage)) {
            throw new LeadRefused(command, stage);
        }
        return List.of(
                switch (command) {
                    case InitializeLead lead ->
                            new LeadInitialized(lead.leadId(), lead.name(), lead.phone());
                    case Contact call -> new Contacted();
                    case SetFollowup followup -> new FollowupSet(followup.on());
                    case UpdateContactDetails update -> new ContactDetailsUpdated(update.name());
                    case SubmitOrder order -> new OrderSubmitted(order.paymentDeadline());
                    case ConfirmPayment confirm -> new PaymentConfirmed();
                    case FailPayment fail -> new PaymentFailed();
                    case CloseLead close -> new LeadClosed();
                });
    }

    private static boolean isPossible(LeadCommand command, LeadStage stage) {
        return switch (command) {
            case InitializeLead lead -> stage == UNKNOWN;
            case Contact call -> TO_CALL.contains(stage);
            case UpdateContactDetails update -> stage != UNKNOWN;
            case SetFollowup followup -> stage == CONTACTED;
            case SubmitOrder order -> stage == CONTACTED;
            case CloseLead close -> stage == CONTACTED;
            case ConfirmPayment confirm -> stage == PENDING_PAYMENT;
            case FailPayment fail -> stage == PENDING_PAYMENT;
        };
    }

    @Override
    public LeadStage evolve(LeadStage stage, LeadEvent event) {
        return switch (event) {
            case LeadInitialized lead -> NEW;
            case Contacted call -> CONTACTED;
            case FollowupSet followup -> FOLLOWUP_SET;
            case ContactDetailsUpdated updated -> stage;
            case OrderSubmitted order -> PENDING_PAYMENT;
            case PaymentConfirmed paid -> CONVERTED;
            case PaymentFailed unpaid -> PAYMENT_FAILED;
            case LeadClosed closed -> CLOSED;
        };
    }
}
