package org.leftfold.examples.counts;

import org.leftfold.examples.counts.CountCommand.ApproveCountRequestCommand;
import org.leftfold.examples.counts.CountCommand.RejectCountRequestCommand;
import org.leftfold.examples.counts.CountCommand.UpdateCountRequestCommand;
import org.leftfold.examples.counts.CountEvent.UpdateCountRequestApproved;
import org.leftfold.examples.counts.CountEvent.UpdateCountRequestProposed;
import org.leftfold.examples.counts.CountEvent.UpdateCountRequestRejected;
import org.leftfold.framework.aggregate.DispatchingAggregate;

/** The rules of a count: one update at a time, which somebody approves or rejects. */
public final class Count extends DispatchingAggregate<CountCommand, CountEvent> {
    private enum State {
        NEW,
        PENDING,
        APPROVED,
        REJECTED
    }

    private State state = State.NEW;
    private int count;
    private int templateId;
    private int approvedCount;
    private int approvedTemplateId;

    UpdateCountRequestProposed process(UpdateCountRequestCommand command) {
        if (isPending()) {
            throw new CountRefused("the update to %d has to be decided first".formatted(count));
        }
        if (command.count() < 0) {
            throw new CountRefused("nobody counts %d".formatted(command.count()));
        }
        return new UpdateCountRequestProposed(command.count(), command.templateId());
    }

    UpdateCountRequestApproved process(ApproveCountRequestCommand command) {
        checkPending();
        return new UpdateCountRequestApproved();
    }

    UpdateCountRequestRejected process(RejectCountRequestCommand command) {
        checkPending();
        return new UpdateCountRequestRejected(approvedCount, approvedTemplateId);
    }

    private void checkPending() {
        if (!isPending()) {
            throw new CountRefused("no update waits for a decision");
        }
    }

    void apply(UpdateCountRequestProposed event) {
        state = State.PENDING;
        count = event.count();
        templateId = event.templateId();
    }

    void apply(UpdateCountRequestApproved event) {
        state = State.APPROVED;
        approvedCount = count;
        approvedTemplateId = templateId;
    }

    void apply(UpdateCountRequestRejected event) {
        state = State.REJECTED;
        count = event.count();
        templateId = event.templateId();
    }

    /** Whether somebody has to approve an update. */
    public boolean isPending() {
        return state == State.PENDING;
    }

    /** The count, approved or not. */
    public int count() {
        return count;
    }

    /** The template it was taken with. */
    public int templateId() {
        return templateId;
    }
}
