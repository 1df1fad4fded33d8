package org.leftfold.framework.repository;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.leftfold.api.StreamName;

/**
 * A fixed number of fair locks, of which each stream has one. Two streams may share one: that costs
 * time, and a deadlock of two works that wait for each other ends by the time limit.
 */
final class InProcessLock implements AggregateLock {
    /** Far more than threads that work at a time. */
    private static final int LOCKS = 1024;

    /** Longer than any command takes, and short for somebody who waits in a deadlock. */
    private static final long MAX_WAIT_MILLIS = 5_000;

    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    InProcessLock() {
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock(true);
        }
    }

    @Override
    public <T> T locked(StreamName stream, Supplier<T> work) {
        ReentrantLock lock = locks[Math.floorMod(stream.hashCode() * 0x9E3779B9, LOCKS)];
        boolean held;
        try {
            held = lock.tryLock(MAX_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            held = false;
        }
        try {
            return work.get();
        } finally {
            if (held) {
                lock.unlock();
            }
        }
    }
}
