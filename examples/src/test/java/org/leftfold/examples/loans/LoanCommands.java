package org.leftfold.examples.loans;

import org.leftfold.examples.loans.LoanEvent.Accepted;
import org.leftfold.examples.loans.LoanEvent.Activated;
import org.leftfold.examples.loans.LoanEvent.Approved;
import org.leftfold.examples.loans.LoanEvent.Cancelled;
import org.leftfold.examples.loans.LoanEvent.Declined;
import org.leftfold.examples.loans.LoanEvent.Finalized;
import org.leftfold.examples.loans.LoanEvent.Preaccepted;
import org.leftfold.examples.loans.LoanEvent.Registered;
import org.leftfold.examples.loans.LoanEvent.StageEvent;
import org.leftfold.examples.loans.LoanEvent.Submitted;
import org.leftfold.examples.loans.LoanEvent.TakenIn;

/** The commands that the bank must have given. */
final class LoanCommands {
    private LoanCommands() {}

    static LoanCommand behind(LoanEvent event) {
        if (!(event instanceof StageEvent stage)) {
            throw new IllegalArgumentException("nobody commands " + event);
        }
        return switch (stage) {
            case Submitted submitted -> new LoanCommand.Submit(submitted.amount());
            case TakenIn takenIn -> new LoanCommand.TakeIn();
            case Preaccepted preaccepted -> new LoanCommand.Preaccept();
            case Accepted accepted -> new LoanCommand.Accept();
            case Finalized offer -> new LoanCommand.Finalize();
            case Approved approved -> new LoanCommand.Approve();
            case Registered registered -> new LoanCommand.Register();
            case Activated activated -> new LoanCommand.Activate();
            case Declined declined -> new LoanCommand.Decline();
            case Cancelled cancelled -> new LoanCommand.Cancel();
            case LoanEvent.Reopened reopened ->
                    throw new IllegalArgumentException("this is not in the log");
        };
    }
}
