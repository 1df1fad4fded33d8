package org.leftfold.examples.counts;

import org.leftfold.framework.aggregate.Event;
import org.leftfold.framework.codec.EventName;

/** What happened to a count. */
public sealed interface CountEvent extends Event {
    /** It is to be this one, if somebody approves. */
    @EventName("update-count-request-proposed")
    record UpdateCountRequestProposed(int count, int templateId) implements CountEvent {}

    /** It is what was proposed. */
    @EventName("update-count-request-approved")
    record UpdateCountRequestApproved() implements CountEvent {}

    /** It is again what it was before. */
    @EventName("update-count-request-rejected")
    record UpdateCountRequestRejected(int count, int templateId) implements CountEvent {}
}
