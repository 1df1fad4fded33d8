package org.leftfold.framework.projection;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.leftfold.api.InvalidRequestException;

/**
 * Lets a few transactions at a time go to the database. One after the other makes its changes there
 * anyway; all others would wait for that lock with a connection each, until the pool has none left.
 * Safe for any thread.
 */
final class InlineGate {
    /** One has the lock, and the next ones have begun their transactions. */
    private static final int MOST = 4;

    private final Semaphore permits = new Semaphore(MOST, true);
    private final Set<Thread> inside = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closing = new CountDownLatch(1);

    /** What is done behind the gate. */
    interface Act<T, X extends Exception> {
        T make() throws X;
    }

    /** Does something when there is room. */
    <T, X extends Exception> T pass(Act<T, X> act) throws X {
        boolean unused = Thread.interrupted(); // a handler's: it would get no connection
        permits.acquireUninterruptibly();
        try {
            inside.add(Thread.currentThread());
            return act.make();
        } finally {
            inside.remove(Thread.currentThread());
            permits.release();
        }
    }

    /** Whether this is the thread of a handler, which must not wait for an append. */
    boolean isInside() {
        return inside.contains(Thread.currentThread());
    }

    /** Nothing new is begun from now on, and nobody pauses. */
    void close() {
        closing.countDown();
    }

    /**
     * Refuses what cannot be begun.
     *
     * @throws InvalidRequestException if it was closed (LF-1007), or by a handler, which would wait
     *     for itself (LF-1303)
     */
    void requireOpen() {
        if (closing.getCount() == 0) {
            throw InvalidRequestException.closed("this InlineStore");
        }
        if (isInside()) {
            throw new InvalidRequestException(
                    "LF-1303",
                    "a handler of an inline projection appends to the InlineStore that it is called by: it would"
                            + " wait for itself for ever. Nothing was stored. Let a projection that follows do it, or"
                            + " what is done afterwards.");
        }
    }

    /** Waits, but not while the store is being closed. */
    void pause(Duration pause) throws InterruptedException {
        boolean unused = closing.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    }
}
