package org.leftfold.examples.leads;

import java.util.Locale;
import org.leftfold.examples.leads.LeadEvent.FollowupSet;
import org.leftfold.examples.leads.LeadEvent.LeadClosed;
import org.leftfold.examples.leads.LeadEvent.LeadInitialized;
import org.leftfold.examples.leads.LeadEvent.OrderSubmitted;
import org.leftfold.examples.leads.LeadEvent.PaymentConfirmed;
import org.leftfold.examples.leads.LeadEvent.PaymentFailed;

/** How often a lead had to be called again, and what came of it. */
public final class LeadAnalysis {
    private long leadId;
    private int followups;
    private LeadStatus status = LeadStatus.NEW_LEAD;
    private int version = -1;

    /** Takes an event; every event is a change, even if there is nothing in it to analyse. */
    public void apply(LeadEvent event) {
        version++;
        switch (event) {
            case LeadInitialized initialized -> leadId = initialized.leadId();
            case FollowupSet set -> {
                status = LeadStatus.FOLLOWUP_SET;
                followups++;
            }
            case OrderSubmitted submitted -> status = LeadStatus.PENDING_PAYMENT;
            case PaymentConfirmed confirmed -> status = LeadStatus.CONVERTED;
            case PaymentFailed failed -> status = LeadStatus.PAYMENT_FAILED;
            case LeadClosed closed -> status = LeadStatus.CLOSED;
            default -> {}
        }
    }

    /** As it is written in the source. */
    @Override
    public String toString() {
        return "leadId: %d, followups: %d, status: %s, version: %d"
                .formatted(leadId, followups, status.name().toLowerCase(Locale.ROOT), version);
    }
}
