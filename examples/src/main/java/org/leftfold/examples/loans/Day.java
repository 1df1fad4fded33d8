package org.leftfold.examples.loans;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.leftfold.framework.codec.DomainEvent;

/**
 * What happened on a day: a row of a view. Days up to one, added up, are what was known in the
 * evening of that day. Not changed once it is made.
 *
 * @param events how often each activity was done
 */
public record Day(TreeMap<String, Long> events) {
    /** The row behind one more event. */
    static Day count(@Nullable Day row, DomainEvent<LoanEvent> event, String key) {
        TreeMap<String, Long> events = row == null ? new TreeMap<>() : new TreeMap<>(row.events);
        events.merge(event.stored().type().value(), 1L, Long::sum);
        return new Day(events);
    }

    /** How often an activity was done. */
    public long count(String activity) {
        return events.getOrDefault(activity, 0L);
    }
}
