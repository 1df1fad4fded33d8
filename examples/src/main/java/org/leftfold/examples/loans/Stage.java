package org.leftfold.examples.loans;

import org.leftfold.examples.loans.LoanEvent.Accepted;
import org.leftfold.examples.loans.LoanEvent.Activated;
import org.leftfold.examples.loans.LoanEvent.Approved;
import org.leftfold.examples.loans.LoanEvent.Cancelled;
import org.leftfold.examples.loans.LoanEvent.Declined;
import org.leftfold.examples.loans.LoanEvent.Finalized;
import org.leftfold.examples.loans.LoanEvent.Preaccepted;
import org.leftfold.examples.loans.LoanEvent.Registered;
import org.leftfold.examples.loans.LoanEvent.Reopened;
import org.leftfold.examples.loans.LoanEvent.StageEvent;
import org.leftfold.examples.loans.LoanEvent.Submitted;
import org.leftfold.examples.loans.LoanEvent.TakenIn;

/** How far an application is. */
public enum Stage {
    /** Nobody has heard of it. */
    UNKNOWN,
    /** It has come in. */
    SUBMITTED,
    /** It is in the books. */
    TAKEN_IN,
    /** It may come to something. */
    PREACCEPTED,
    /** It is complete. */
    ACCEPTED,
    /** There is an offer. */
    FINALIZED,
    /** The loan is granted: approved, registered or activated, in whatever order. */
    GRANTED,
    /** The bank does not want to. */
    DECLINED,
    /** The applicant does not want to. */
    CANCELLED;

    /** Whether it is decided. */
    public boolean isDecided() {
        return this == GRANTED || this == DECLINED || this == CANCELLED;
    }

    /** The stage behind an event. */
    static Stage behind(StageEvent event) {
        return switch (event) {
            case Submitted submitted -> SUBMITTED;
            case TakenIn takenIn -> TAKEN_IN;
            case Preaccepted preaccepted -> PREACCEPTED;
            case Accepted accepted -> ACCEPTED;
            case Finalized finalized -> FINALIZED;
            case Approved approved -> GRANTED;
            case Registered registered -> GRANTED;
            case Activated activated -> GRANTED;
            case Declined declined -> DECLINED;
            case Cancelled cancelled -> CANCELLED;
            case Reopened reopened -> reopened.stage();
        };
    }
}
