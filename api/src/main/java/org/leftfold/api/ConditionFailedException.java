package org.leftfold.api;

/** A condition of an append does not hold (LF-2002). Nothing was stored. */
public final class ConditionFailedException extends ConflictException {
    private static final long serialVersionUID = 1L;

    private final transient AppendCondition condition;
    private final long foundPosition;

    /**
     * The refusal of an append of {@code eventCount} events.
     *
     * @param condition the condition that does not hold
     * @param foundPosition position of one event that breaks it
     * @param head last position of the store at that moment
     * @param eventCount how many events the whole append had
     */
    public ConditionFailedException(
            AppendCondition condition, long foundPosition, long head, int eventCount) {
        super(
                "LF-2002",
                ("append refused, none of its %d events was stored: condition '%s' allows no event"
                                + " with %s after position %d, but there is one at position %d. Read what was"
                                + " missed and decide again; do not resend these events.")
                        .formatted(
                                eventCount,
                                condition.name(),
                                condition.query(),
                                condition.afterPosition(),
                                foundPosition),
                ReadRequest.of(condition.query()).after(condition.afterPosition()).to(head));
        this.condition = condition;
        this.foundPosition = foundPosition;
    }

    /** The condition that does not hold. */
    public AppendCondition condition() {
        return condition;
    }

    /** Position of one event that breaks the condition. */
    public long foundPosition() {
        return foundPosition;
    }
}
