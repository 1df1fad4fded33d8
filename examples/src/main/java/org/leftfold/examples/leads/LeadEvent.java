package org.leftfold.examples.leads;

import java.time.Instant;
import org.leftfold.framework.codec.EventName;

/** What happened to a lead. */
public sealed interface LeadEvent {
    /** Somebody may buy something. */
    @EventName("lead-initialized")
    record LeadInitialized(long leadId, String name, String phone) implements LeadEvent {}

    /** There was a call. */
    @EventName("contacted")
    record Contacted() implements LeadEvent {}

    /** There will be another call. */
    @EventName("followup-set")
    record FollowupSet(Instant followupOn) implements LeadEvent {}

    /** The name is another one; the phone number stays. */
    @EventName("contact-details-updated")
    record ContactDetailsUpdated(String name) implements LeadEvent {}

    /** Something was ordered. */
    @EventName("order-submitted")
    record OrderSubmitted(Instant paymentDeadline) implements LeadEvent {}

    /** It was paid: the lead is a customer. */
    @EventName("payment-confirmed")
    record PaymentConfirmed() implements LeadEvent {}

    /** It was not paid. */
    @EventName("payment-failed")
    record PaymentFailed() implements LeadEvent {}

    /** Nobody is interested any more. */
    @EventName("lead-closed")
    record LeadClosed() implements LeadEvent {}
}
