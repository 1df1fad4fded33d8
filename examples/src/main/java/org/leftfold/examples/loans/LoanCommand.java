package org.leftfold.examples.loans;

/** What the bank does with an application. */
public sealed interface LoanCommand {
    /** Notes that somebody wants to borrow this much, in euros. */
    record Submit(long amount) implements LoanCommand {}

    /** Takes it into the books. */
    record TakeIn() implements LoanCommand {}

    /** Finds that it may come to something. */
    record Preaccept() implements LoanCommand {}

    /** Finds it complete. */
    record Accept() implements LoanCommand {}

    /** Makes an offer. */
    record Finalize() implements LoanCommand {}

    /** Grants the loan. */
    record Approve() implements LoanCommand {}

    /** Enters the loan into the register. */
    record Register() implements LoanCommand {}

    /** Pays. */
    record Activate() implements LoanCommand {}

    /** Does not want to. */
    record Decline() implements LoanCommand {}

    /** Notes that the applicant does not want to. */
    record Cancel() implements LoanCommand {}
}
