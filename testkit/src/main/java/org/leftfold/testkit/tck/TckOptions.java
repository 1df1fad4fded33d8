package org.leftfold.testkit.tck;

import java.time.Instant;
import java.time.InstantSource;
import org.leftfold.api.AuditPolicy;

/**
 * What a test asks of the store that it opens.
 *
 * @param clock where the store takes the time of recording from
 * @param policy which metadata every event must carry
 */
public record TckOptions(InstantSource clock, AuditPolicy policy) {
    /** A clock that stands still on the first day of 2026, and no audit policy. */
    public static TckOptions standard() {
        return new TckOptions(
                InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")), AuditPolicy.none());
    }

    /** The same with another clock. */
    public TckOptions withClock(InstantSource other) {
        return new TckOptions(other, policy);
    }

    /** The same with an audit policy. */
    public TckOptions withPolicy(AuditPolicy other) {
        return new TckOptions(clock, other);
    }
}
