package org.leftfold.api.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Lets one of several instances do a piece of work. A lease runs out by the store's clock; each new
 * holder gets a higher fencing token, which the work hands on so that a paused former holder can do
 * no harm. Safe for any thread.
 */
public interface LeaseStore {
    /**
     * A lease that is held.
     *
     * @param name what is leased
     * @param owner who holds it
     * @param fence its token, higher than that of every former holder
     * @param expiresAt when it runs out unless renewed, by the store's clock
     */
    record Lease(String name, String owner, long fence, Instant expiresAt) {}

    /** Takes a lease that is free or has run out; empty while somebody else holds it. */
    Optional<Lease> acquire(String name, String owner, Duration duration);

    /** Prolongs a held lease; empty if it was lost. */
    Optional<Lease> renew(Lease lease, Duration duration);

    /** Gives a lease back; nothing happens if it was lost. */
    void release(Lease lease);
}
