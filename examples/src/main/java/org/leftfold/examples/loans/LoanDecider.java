package org.leftfold.examples.loans;

import java.util.List;
import org.leftfold.examples.loans.LoanCommand.Accept;
import org.leftfold.examples.loans.LoanCommand.Activate;
import org.leftfold.examples.loans.LoanCommand.Approve;
import org.leftfold.examples.loans.LoanCommand.Cancel;
import org.leftfold.examples.loans.LoanCommand.Decline;
import org.leftfold.examples.loans.LoanCommand.Finalize;
import org.leftfold.examples.loans.LoanCommand.Preaccept;
import org.leftfold.examples.loans.LoanCommand.Register;
import org.leftfold.examples.loans.LoanCommand.Submit;
import org.leftfold.examples.loans.LoanCommand.TakeIn;
import org.leftfold.examples.loans.LoanEvent.Accepted;
import org.leftfold.examples.loans.LoanEvent.Activated;
import org.leftfold.examples.loans.LoanEvent.Approved;
import org.leftfold.examples.loans.LoanEvent.Cancelled;
import org.leftfold.examples.loans.LoanEvent.Declined;
import org.leftfold.examples.loans.LoanEvent.Finalized;
import org.leftfold.examples.loans.LoanEvent.OfferCreated;
import org.leftfold.examples.loans.LoanEvent.OfferEvent;
import org.leftfold.examples.loans.LoanEvent.Preaccepted;
import org.leftfold.examples.loans.LoanEvent.Registered;
import org.leftfold.examples.loans.LoanEvent.StageEvent;
import org.leftfold.examples.loans.LoanEvent.Submitted;
import org.leftfold.examples.loans.LoanEvent.TakenIn;
import org.leftfold.examples.loans.LoanEvent.WorkEvent;
import org.leftfold.framework.decide.Decider;

/**
 * The rules of an application. They are those of the bank: all 13,087 applications of its log have
 * kept them, which a test shows.
 */
public final class LoanDecider implements Decider<LoanCommand, LoanState, LoanEvent> {
    @Override
    public LoanState initialState() {
        return LoanState.UNKNOWN;
    }

    @Override
    public List<LoanEvent> decide(LoanCommand command, LoanState state) {
        if (!isPossible(command, state)) {
            throw new LoanRefused(command, state);
        }
        return List.of(
                switch (command) {
                    case Submit submit -> new Submitted(submit.amount());
                    case TakeIn takeIn -> new TakenIn();
                    case Preaccept preaccept -> new Preaccepted();
                    case Accept accept -> new Accepted();
                    case Finalize offer -> new Finalized();
                    case Approve approve -> new Approved();
                    case Register register -> new Registered();
                    case Activate activate -> new Activated();
                    case Decline decline -> new Declined();
                    case Cancel cancel -> new Cancelled();
                });
    }

    private static boolean isPossible(LoanCommand command, LoanState state) {
        Stage stage = state.stage();
        boolean isToBeGranted = stage == Stage.FINALIZED || stage == Stage.GRANTED;
        boolean isOpen = stage.compareTo(Stage.TAKEN_IN) >= 0 && !stage.isDecided();
        return switch (command) {
            case Submit submit -> stage == Stage.UNKNOWN;
            case TakeIn takeIn -> stage == Stage.SUBMITTED;
            case Preaccept preaccept -> stage == Stage.TAKEN_IN;
            case Accept accept -> stage == Stage.PREACCEPTED;
            case Finalize offer -> stage == Stage.ACCEPTED;
            case Approve approve -> isToBeGranted && !state.approved();
            case Register register -> isToBeGranted && !state.registered();
            case Activate activate -> isToBeGranted && !state.activated();
            case Decline decline -> isOpen;
            case Cancel cancel -> isOpen;
        };
    }

    @Override
    public LoanState evolve(LoanState state, LoanEvent event) {
        return switch (event) {
            case StageEvent changed -> evolve(state, changed);
            case OfferCreated created -> state.withOneOfferMore();
            case OfferEvent offer -> state;
            case WorkEvent work -> state;
        };
    }

    private static LoanState evolve(LoanState state, StageEvent event) {
        Stage stage = Stage.behind(event);
        boolean isGranted = stage == Stage.GRANTED; // what is reopened is granted no more
        return new LoanState(
                stage,
                event instanceof Submitted submitted ? submitted.amount() : state.amount(),
                isGranted && (state.approved() || event instanceof Approved),
                isGranted && (state.registered() || event instanceof Registered),
                isGranted && (state.activated() || event instanceof Activated),
                state.offers());
    }
}
