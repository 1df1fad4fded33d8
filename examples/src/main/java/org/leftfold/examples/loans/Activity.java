package org.leftfold.examples.loans;

import org.jspecify.annotations.Nullable;
import org.leftfold.examples.loans.LoanEvent.Step;
import org.leftfold.examples.loans.LoanEvent.WorkEvent;
import org.leftfold.framework.codec.DomainEvent;

/**
 * How often an activity was done: a row of a view. Immutable.
 *
 * @param events all events of it
 * @param scheduled how often it was to be done
 * @param started how often somebody began
 * @param completed how often somebody stopped
 */
public record Activity(long events, long scheduled, long started, long completed) {
    private static final Activity NONE = new Activity(0, 0, 0, 0);

    /** The row behind one more event. */
    static Activity count(@Nullable Activity row, DomainEvent<LoanEvent> event, String key) {
        Activity before = row == null ? NONE : row;
        // all but work is done when it is said
        Step step = event.event() instanceof WorkEvent work ? work.step() : Step.COMPLETE;
        return new Activity(
                before.events + 1,
                before.scheduled + (step == Step.SCHEDULE ? 1 : 0),
                before.started + (step == Step.START ? 1 : 0),
                before.completed + (step == Step.COMPLETE ? 1 : 0));
    }
}
