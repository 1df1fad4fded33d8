package org.leftfold.framework.repository;

import java.time.Duration;

/**
 * How often a command is decided again when somebody else was faster, and how long is waited in
 * between: the wait doubles, and a random part of it is left out, so that those who met once do not
 * meet again. The same numbers hold for repeating an append whose outcome is unknown.
 *
 * @param maxAttempts how often it is tried in all, at least 1
 * @param firstDelay longest wait before the second attempt
 * @param maxDelay longest wait before any attempt
 */
public record RetryPolicy(int maxAttempts, Duration firstDelay, Duration maxDelay) {
    /**
     * 20 attempts, waiting 1 ms at first and 100 ms at most, 1.4 seconds in all. That is enough
     * unless many threads update one aggregate without a break: who waits longest is overtaken
     * most, and of 32 such threads a few updates in a thousand give up. More attempts make them
     * fewer; with {@link AggregateLock#inProcess()} they queue, and none does.
     */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(20, Duration.ofMillis(1), Duration.ofMillis(100));

    /** One attempt: a conflict goes to the caller at once. */
    public static final RetryPolicy NONE = new RetryPolicy(1, Duration.ZERO, Duration.ZERO);

    /** Checks the numbers. */
    public RetryPolicy {
        if (maxAttempts < 1 || firstDelay.isNegative() || maxDelay.compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException(
                    "%d attempts with waits from %s to %s cannot be: at least 1, and the longest not below the first"
                            .formatted(maxAttempts, firstDelay, maxDelay));
        }
    }

    /** The longest wait after this attempt, counted from 1. */
    Duration delayAfter(int attempt) {
        long firstNanos = firstDelay.toNanos();
        int doublings = Math.min(attempt - 1, 30);
        long nanos =
                firstNanos > Long.MAX_VALUE >> doublings ? Long.MAX_VALUE : firstNanos << doublings;
        return nanos > maxDelay.toNanos() ? maxDelay : Duration.ofNanos(nanos);
    }
}
