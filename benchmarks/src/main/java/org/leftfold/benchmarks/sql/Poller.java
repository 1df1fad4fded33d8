package org.leftfold.benchmarks.sql;

import java.io.Closeable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A thread that asks again and again, and waits a while whenever there was nothing. */
public final class Poller implements Closeable {
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Exception failure; // written by the thread, read by close

    /** One question. */
    @FunctionalInterface
    public interface Question {
        /** Returns whether there was something. */
        boolean ask() throws Exception;
    }

    /** Starts a thread. */
    public Poller(String name, long intervalMillis, Question question) {
        thread =
                Thread.ofPlatform()
                        .name(name)
                        .daemon()
                        .unstarted(() -> {
                            try {
                                boolean found = true;
                                while (!closing.await(
                                        found ? 0 : intervalMillis, TimeUnit.MILLISECONDS)) {
                                    found = question.ask();
                                }
                            } catch (Exception e) {
                                failure = e;
                            }
                        });
        thread.start();
    }

    /**
     * Ends the thread.
     *
     * @throws IllegalStateException if it had failed
     */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw new IllegalStateException(thread.getName() + " failed", failure);
        }
    }
}
