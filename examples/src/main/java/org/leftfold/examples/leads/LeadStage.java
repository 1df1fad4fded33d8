package org.leftfold.examples.leads;

/** All of a lead that decides what can be done with it. */
public enum LeadStage {
    /** Nobody has heard of it. */
    UNKNOWN,
    /** It waits for the first call. */
    NEW,
    /** There was a call, which has to lead somewhere. */
    CONTACTED,
    /** It waits for another call. */
    FOLLOWUP_SET,
    /** It waits for the money. */
    PENDING_PAYMENT,
    /** It waits for another call, as there was no money. */
    PAYMENT_FAILED,
    /** It is a customer. */
    CONVERTED,
    /** It came to nothing. */
    CLOSED
}
