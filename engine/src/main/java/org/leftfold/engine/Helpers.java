package org.leftfold.engine;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Threads that help long reads, as many as the machine has processors to spare. They only compute:
 * no disk, no locks, short pieces of work. Safe for any thread.
 */
final class Helpers implements AutoCloseable {
    private static final int MOST = 3;
    private static final int IDLE_SECONDS = 2;

    private final @Nullable ThreadPoolExecutor threads;

    private Helpers(@Nullable ThreadPoolExecutor threads) {
        this.threads = threads;
    }

    /** Nobody: whoever calls does everything. */
    static Helpers none() {
        return new Helpers(null);
    }

    /** Helpers of one store, of whom none runs while there is nothing to do. */
    static Helpers ofMachine() {
        int spare = Math.min(MOST, Runtime.getRuntime().availableProcessors() - 1);
        if (spare < 1) {
            return none();
        }
        return new Helpers(
                new ThreadPoolExecutor(
                        0,
                        spare,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        task ->
                                Thread.ofPlatform()
                                        .name("leftfold-helper")
                                        .daemon()
                                        .unstarted(task)));
    }

    boolean areThere() {
        return threads != null;
    }

    /** Hands work to a helper; false if none is free. */
    boolean call(Runnable work) {
        if (threads == null) {
            return false;
        }
        try {
            threads.execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    @Override
    public void close() {
        if (threads != null) {
            threads.shutdown();
        }
    }
}
