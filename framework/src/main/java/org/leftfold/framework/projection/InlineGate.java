package org.leftfold.framework.projection;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.leftfold.api.InvalidRequestException;

/**
 * Lets a few inline appends at a time go to the database. One after the other makes its changes
 * there anyway; all others would wait for that lock with a connection each, until the pool has none
 * left. Safe for any thread.
 */
final class InlineGate {
    /** One has the lock, and the next ones have begun their transactions. */
    private static final int MOST = 4;

    private final Semaphore permits = new Semaphore(MOST, true);
    private final Set<Thread> inside = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean isShut; // written by shut, read by all

    /** What is done behind the gate. */
    interface Act<T, X extends Exception> {
        T make() throws X;
    }

    /**
     * Does something when there is room.
     *
     * @throws InvalidRequestException if it was shut (LF-1007)
     */
    <T, X extends Exception> T pass(Act<T, X> act) throws X {
        if (inside.contains(Thread.currentThread())) {
            return act.make(); // of a handler, which the store refuses: it must not wait here
        }
        permits.acquireUninterruptibly();
        try {
            if (isShut) {
                throw closed();
            }
            inside.add(Thread.currentThread());
            return act.make();
        } finally {
            inside.remove(Thread.currentThread());
            permits.release();
        }
    }

    private static InvalidRequestException closed() {
        return InvalidRequestException.closed("this InlineStore");
    }

    /** Nothing new is begun from now on, and nobody pauses. */
    void close() {
        closing.countDown();
    }

    /**
     * Refuses what is begun after {@link #close}.
     *
     * @throws InvalidRequestException if it was closed (LF-1007)
     */
    void requireOpen() {
        if (closing.getCount() == 0) {
            throw closed();
        }
    }

    /** Waits, but not while the store is being closed. */
    void pause(Duration pause) throws InterruptedException {
        boolean unused = closing.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Waits for those who are inside, and lets nobody in any more. */
    void shut() {
        if (inside.contains(Thread.currentThread())) {
            isShut = true; // a handler closes the store: it cannot wait for itself
            return;
        }
        permits.acquireUninterruptibly(MOST);
        isShut = true;
        permits.release(MOST);
    }
}
