package org.leftfold.api.spi;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The contract of leases in executable form, in memory. For tests. Its one clock may be set: what
 * lies between two calls is elapsed time if it is positive, and nothing if the clock went back.
 * Safe for any thread: one lock guards everything.
 */
public final class InMemoryLeaseStore implements LeaseStore {
    private record Held(Lease lease, Duration until) {}

    private final InstantSource clock;
    private final Map<String, Held> leases = new HashMap<>(); // guarded by this, as all below
    private long lastFence;
    private Instant lastSeen;
    private Duration elapsed = Duration.ZERO;

    /** An empty store whose leases run out by {@code clock}. */
    public InMemoryLeaseStore(InstantSource clock) {
        this.clock = clock;
        this.lastSeen = clock.instant();
    }

    @Override
    public synchronized Optional<Lease> acquire(String name, String owner, Duration duration) {
        NameRule.check("lease name", name);
        NameRule.check("lease owner", owner);
        LeaseStore.checkDuration(duration);
        Instant now = now();
        Held held = held(name);
        if (held != null && !held.lease.owner().equals(owner)) {
            return Optional.empty();
        }
        lastFence++;
        return keep(new Lease(name, owner, lastFence, now.plus(duration)), duration);
    }

    @Override
    public synchronized Optional<Lease> renew(Lease lease, Duration duration) {
        LeaseStore.checkDuration(duration);
        Instant now = now();
        return isHeld(lease)
                ? keep(
                        new Lease(lease.name(), lease.owner(), lease.fence(), now.plus(duration)),
                        duration)
                : Optional.empty();
    }

    @Override
    public synchronized void release(Lease lease) {
        now();
        if (isHeld(lease)) {
            leases.remove(lease.name());
        }
    }

    @Override
    public synchronized Optional<Lease> holder(String name) {
        NameRule.check("lease name", name);
        Instant now = now();
        Held held = held(name);
        return held == null
                ? Optional.empty()
                : Optional.of(
                        new Lease(
                                name,
                                held.lease.owner(),
                                held.lease.fence(),
                                now.plus(held.until).minus(elapsed)));
    }

    private Optional<Lease> keep(Lease lease, Duration duration) {
        leases.put(lease.name(), new Held(lease, elapsed.plus(duration)));
        return Optional.of(lease);
    }

    private boolean isHeld(Lease lease) {
        Held held = held(lease.name());
        return held != null
                && held.lease.fence() == lease.fence()
                && held.lease.owner().equals(lease.owner());
    }

    /** Who holds a lease that has not run out. */
    private @Nullable Held held(String name) {
        Held held = leases.get(name);
        return held != null && elapsed.compareTo(held.until) < 0 ? held : null;
    }

    /** Looks at the clock. */
    private Instant now() {
        Instant now = clock.instant();
        if (now.isAfter(lastSeen)) {
            elapsed = elapsed.plus(Duration.between(lastSeen, now));
        }
        lastSeen = now;
        return now;
    }
}
