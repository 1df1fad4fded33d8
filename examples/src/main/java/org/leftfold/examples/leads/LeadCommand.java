package org.leftfold.examples.leads;

import java.time.Instant;

/** What a seller does with a lead. */
public sealed interface LeadCommand {
    /** Notes somebody who may buy something. */
    record InitializeLead(long leadId, String name, String phone) implements LeadCommand {}

    /** Calls. */
    record Contact() implements LeadCommand {}

    /** Agrees on another call. */
    record SetFollowup(Instant on) implements LeadCommand {}

    /** Writes the name as it should be. */
    record UpdateContactDetails(String name) implements LeadCommand {}

    /** Takes an order, to be paid in time. */
    record SubmitOrder(Instant paymentDeadline) implements LeadCommand {}

    /** Got the money. */
    record ConfirmPayment() implements LeadCommand {}

    /** Got no money. */
    record FailPayment() implements LeadCommand {}

    /** Gives up. */
    record CloseLead() implements LeadCommand {}
}
