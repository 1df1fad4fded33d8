package org.leftfold.engine;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Threads that help reads with short pieces of work, and are gone when there is nothing to do. Safe
 * for any thread.
 */
final class Helpers implements AutoCloseable {
    private static final int MOST_DECODERS = 3;

    /** A disk serves so many requests in little more time than one. */
    private static final int MOST_READERS = 16;

    private static final int IDLE_SECONDS = 2;

    private final @Nullable ThreadPoolExecutor threads;

    private Helpers(@Nullable ThreadPoolExecutor threads) {
        this.threads = threads;
    }

    /** Nobody: whoever calls does everything. */
    static Helpers none() {
        return new Helpers(null);
    }

    /** As many as the machine has processors to spare, for what only computes. */
    static Helpers decoders() {
        int spare = Math.min(MOST_DECODERS, Runtime.getRuntime().availableProcessors() - 1);
        return spare < 1 ? none() : of("leftfold-helper", spare);
    }

    /** For what mostly waits for the disk. */
    static Helpers readers() {
        return of("leftfold-reader", MOST_READERS);
    }

    private static Helpers of(String name, int most) {
        return new Helpers(
                new ThreadPoolExecutor(
                        0,
                        most,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        task -> Thread.ofPlatform().name(name).daemon().unstarted(task)));
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
        } catch (RejectedExecutionException
                | OutOfMemoryError e) { // all are busy, or none can be had
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
