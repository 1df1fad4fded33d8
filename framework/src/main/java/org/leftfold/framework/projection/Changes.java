package org.leftfold.framework.projection;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets threads wait for the next change of whatever they look at. Safe for any thread. */
final class Changes {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition change = lock.newCondition();
    private long count; // guarded by lock

    /** Something has changed. */
    void tell() {
        lock.lock();
        try {
            count++;
            change.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns at the next change, or when the time is over. */
    void await(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long before = count;
            long left = nanos;
            while (count == before && left > 0) {
                left = change.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
