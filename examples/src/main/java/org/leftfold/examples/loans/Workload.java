package org.leftfold.examples.loans;

import org.jspecify.annotations.Nullable;
import org.leftfold.examples.loans.LoanEvent.StageEvent;
import org.leftfold.examples.loans.LoanEvent.Step;
import org.leftfold.examples.loans.LoanEvent.WorkEvent;
import org.leftfold.framework.codec.DomainEvent;

/**
 * What an employee did: a row of a view. Immutable.
 *
 * @param events all events with this name on them
 * @param timesStarted how often a piece of work was begun
 * @param decisions how many times an application was approved, declined or cancelled
 */
public record Workload(long events, long timesStarted, long decisions) {
    private static final Workload NONE = new Workload(0, 0, 0);

    /** The row behind one more event. */
    static Workload count(@Nullable Workload row, DomainEvent<LoanEvent> event, String key) {
        Workload before = row == null ? NONE : row;
        return new Workload(
                before.events + 1,
                before.timesStarted + begun(event),
                before.decisions + decided(event));
    }

    private static int begun(DomainEvent<LoanEvent> event) {
        return event.event() instanceof WorkEvent work && work.step() == Step.START ? 1 : 0;
    }

    private static int decided(DomainEvent<LoanEvent> event) {
        return event.event() instanceof StageEvent stage
                        && (stage instanceof LoanEvent.Approved
                                || stage instanceof LoanEvent.Declined
                                || stage instanceof LoanEvent.Cancelled)
                ? 1
                : 0;
    }
}
