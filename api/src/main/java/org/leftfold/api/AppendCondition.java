package org.leftfold.api;

/**
 * A rule across streams: the append is refused when an event matches {@code query} at a position
 * above {@code afterPosition} (a dynamic consistency boundary). Typically the query is the one that
 * the decision was based on, and the position is how far it had been read.
 *
 * @param name what a refusal calls it
 * @param query which events would break the decision
 * @param afterPosition events up to and including this position are known and allowed; 0 allows
 *     none at all
 */
public record AppendCondition(String name, Query query, long afterPosition) {
    /**
     * @throws InvalidRequestException if the name is illegal (LF-1001) or the position negative
     *     (LF-1003)
     */
    public AppendCondition {
        Names.check("condition name", name);
        if (afterPosition < 0) {
            throw InvalidRequestException.number(
                    "condition position", afterPosition, "positions start at 1");
        }
    }

    /** No event matches the query at all. */
    public static AppendCondition none(String name, Query query) {
        return new AppendCondition(name, query, 0);
    }

    /** No event matches the query above {@code afterPosition}. */
    public static AppendCondition noneAfter(String name, Query query, long afterPosition) {
        return new AppendCondition(name, query, afterPosition);
    }
}
