package org.leftfold.api.spi;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Wakes followers when the head has moved, for those who implement a store. Costs the writer next
 * to nothing while nobody waits. Safe for any thread.
 */
public final class HeadSignal {
    private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();

    /** A signal that nobody waits for. */
    public HeadSignal() {}

    /** Wakes everybody who waits. */
    public void headMoved() {
        for (Thread thread = waiting.poll(); thread != null; thread = waiting.poll()) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * Waits until {@code done} holds; whoever makes it so calls {@link #headMoved}. An interrupt
     * does not end it.
     */
    public void await(BooleanSupplier done) {
        boolean interrupted = false;
        Thread self = Thread.currentThread();
        while (!done.getAsBoolean()) {
            waiting.add(self);
            if (done.getAsBoolean()) {
                waiting.remove(self);
                break;
            }
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
            waiting.remove(
                    self); // after an interrupt or a spurious return the thread is still in the
            // queue
        }
        if (interrupted) {
            self.interrupt();
        }
    }
}
