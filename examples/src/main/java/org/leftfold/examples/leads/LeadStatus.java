package org.leftfold.examples.leads;

/** What lists and figures show of a lead. */
public enum LeadStatus {
    /** Nothing has come of it yet. */
    NEW_LEAD,
    /** There will be another call. */
    FOLLOWUP_SET,
    /** There is an order to be paid. */
    PENDING_PAYMENT,
    /** It is a customer. */
    CONVERTED,
    /** The order was not paid. */
    PAYMENT_FAILED,
    /** It came to nothing. */
    CLOSED
}
