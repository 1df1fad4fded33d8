package org.leftfold.examples.leads;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.leftfold.examples.leads.LeadEvent.ContactDetailsUpdated;
import org.leftfold.examples.leads.LeadEvent.Contacted;
import org.leftfold.examples.leads.LeadEvent.FollowupSet;
import org.leftfold.examples.leads.LeadEvent.LeadClosed;
import org.leftfold.examples.leads.LeadEvent.LeadInitialized;
import org.leftfold.examples.leads.LeadEvent.OrderSubmitted;
import org.leftfold.examples.leads.LeadEvent.PaymentConfirmed;
import org.leftfold.examples.leads.LeadEvent.PaymentFailed;
import org.leftfold.framework.codec.DomainEvent;

/** A lead as it would stand in a table that is updated in place: all of it, and nothing before. */
public final class LeadRow {
    private long leadId;
    private String name = "";
    private LeadStatus status = LeadStatus.NEW_LEAD;
    private String phone = "";
    private @Nullable Instant followupOn;
    private Instant createdOn = Instant.EPOCH;
    private Instant updatedOn = Instant.EPOCH;

    /** Takes an event with the time at which it was recorded. */
    public void apply(DomainEvent<LeadEvent> stored) {
        updatedOn = stored.recordedAt();
        switch (stored.event()) {
            case LeadInitialized initialized -> {
                leadId = initialized.leadId();
                name = initialized.name();
                phone = initialized.phone();
                createdOn = updatedOn;
            }
            case ContactDetailsUpdated updated -> name = updated.name();
            case Contacted contacted -> followupOn = null; // that call is made
            case FollowupSet set -> {
                status = LeadStatus.FOLLOWUP_SET;
                followupOn = set.followupOn();
            }
            case OrderSubmitted submitted -> status = LeadStatus.PENDING_PAYMENT;
            case PaymentConfirmed confirmed -> status = LeadStatus.CONVERTED;
            case PaymentFailed failed -> status = LeadStatus.PAYMENT_FAILED;
            case LeadClosed closed -> status = LeadStatus.CLOSED;
        }
    }

    @Override
    public String toString() {
        return "| %d | %s | %s | %s | %s | %s | %s |"
                .formatted(
                        leadId,
                        name,
                        status,
                        phone,
                        followupOn == null ? "" : followupOn,
                        createdOn,
                        updatedOn);
    }
}
