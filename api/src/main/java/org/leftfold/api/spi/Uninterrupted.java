package org.leftfold.api.spi;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Waits that no interrupt ends; who was interrupted meanwhile is so afterwards. Safe for any
 * thread.
 */
public final class Uninterrupted {
    private Uninterrupted() {}

    private interface Wait {
        void attempt() throws InterruptedException;
    }

    /** Waits until a latch has been counted down. */
    public static void await(CountDownLatch latch) {
        through(latch::await);
    }

    /** Waits until a thread that was started has ended. */
    public static void join(Thread thread) {
        through(thread::join);
    }

    /**
     * Lets an executor do what it was given, and nothing that comes later; waits until that is
     * done.
     */
    public static void end(ExecutorService executor) {
        executor.shutdown();
        through(() -> {
            boolean ended = false;
            while (!ended) {
                ended = executor.awaitTermination(1, TimeUnit.HOURS);
            }
        });
    }

    private static void through(Wait wait) {
        boolean interrupted = false;
        while (true) {
            try {
                wait.attempt();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
