package org.leftfold.examples.tickets;

/** Why somebody senior has to look at a ticket. */
public enum EscalationReason {
    /** Nobody answered in time. */
    NO_ANSWER,
    /** The answer did not help. */
    WRONG_ANSWER
}
