package org.leftfold.api.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.leftfold.api.InvalidRequestException;

/**
 * Lets one of several instances do a piece of work. A lease runs out by the store's clock; each new
 * holder gets a higher fencing token, which the work hands on so that a paused former holder can do
 * no harm. Safe for any thread.
 *
 * <p>A clock that is set back neither ends a lease nor makes it last longer than its duration,
 * counted from the next call. A clock that is set forward may end leases early, unless the store
 * measures elapsed time by a clock that nobody sets. Tokens rise whatever the clock does.
 *
 * <p>A store that is opened again after a crash or a restart may count each lease as taken anew at
 * that moment, for its full duration, because nobody knows how long it was away.
 *
 * <p>Names of leases and owners keep {@link NameRule}, other names are refused with an {@link
 * InvalidRequestException} (LF-1001). A lease or duration that is null is a {@link
 * NullPointerException}. A refused call changed nothing. A call that fails with a {@link
 * org.leftfold.api.StoreUnavailableException} stored nothing, unless it is an {@link
 * org.leftfold.api.OutcomeUnknownException}: then the lease may be held by the caller without his
 * knowing, until it runs out.
 */
public interface LeaseStore {
    /** Shortest lease. */
    Duration MIN_DURATION = Duration.ofMillis(1);

    /** Longest lease: work whose holder died stands still for so long. */
    Duration MAX_DURATION = Duration.ofDays(1);

    /**
     * A lease that is held.
     *
     * @param name what is leased
     * @param owner who holds it
     * @param fence its token, at least 1, higher than that of every former holder
     * @param expiresAt when it runs out unless renewed, by the store's clock as it was on the call
     */
    record Lease(String name, String owner, long fence, Instant expiresAt) {
        /**
         * Checks all of it.
         *
         * @throws InvalidRequestException if a name (LF-1001) or the token (LF-1003) is not allowed
         */
        public Lease {
            NameRule.check("lease name", name);
            NameRule.check("lease owner", owner);
            Objects.requireNonNull(expiresAt, "expiresAt");
            if (fence < 1) {
                throw InvalidRequestException.number("lease fence", fence, "it must be at least 1");
            }
        }
    }

    /**
     * Takes a lease that is free or has run out, durable on return. An owner who takes what he
     * holds already gets a new lease with a higher token, and has lost the one before: so an
     * instance that was started again under the same name goes on at once.
     *
     * @param duration how long it lasts, {@link #MIN_DURATION} to {@link #MAX_DURATION}
     * @return empty while somebody else holds it
     * @throws InvalidRequestException if the duration is outside its range (LF-1003)
     */
    Optional<Lease> acquire(String name, String owner, Duration duration);

    /**
     * Lets a held lease last for {@code duration} from now, under the same token.
     *
     * @param duration how long, {@link #MIN_DURATION} to {@link #MAX_DURATION}
     * @return empty if it was lost: released, run out, or taken by somebody. A lease that has run
     *     out is lost even if nobody took it since
     * @throws InvalidRequestException if the duration is outside its range (LF-1003)
     */
    Optional<Lease> renew(Lease lease, Duration duration);

    /** Gives a lease back, durable on return; nothing happens if it was lost. */
    void release(Lease lease);

    /**
     * Who holds a lease now. Changes nothing, and is cheap: for those who only look on. How long a
     * lease lasts after the clock was set back is counted from the next other call.
     *
     * @return the lease as it was last renewed, with the time at which it runs out as it is to be
     *     expected now; empty if nobody holds it, or it has run out
     */
    Optional<Lease> holder(String name);

    /**
     * Returns a duration that is allowed, for those who implement this contract.
     *
     * @throws InvalidRequestException if it is outside its range (LF-1003)
     */
    static Duration checkDuration(Duration duration) {
        if (duration.compareTo(MIN_DURATION) < 0 || duration.compareTo(MAX_DURATION) > 0) {
            throw InvalidRequestException.number(
                    "lease duration in seconds",
                    duration.toSeconds(),
                    "it must be %s to %s".formatted(MIN_DURATION, MAX_DURATION));
        }
        return duration;
    }
}
