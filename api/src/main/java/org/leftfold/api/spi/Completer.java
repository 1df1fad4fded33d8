package org.leftfold.api.spi;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Completes the futures of {@code appendAsync} on a thread of their own, in the order of their
 * appends: what callers hang on them may append, wait or close the store without stopping the
 * writer. For those who implement a store. Safe for any thread.
 */
public final class Completer {
    private static final long IDLE_SECONDS = 2;

    private final ThreadPoolExecutor executor;
    private volatile @Nullable Thread thread; // written by the executor, read by all

    /**
     * A completer without a thread until it has work.
     *
     * @param name of the store, for the name of the thread
     */
    public Completer(String name) {
        executor =
                new ThreadPoolExecutor(
                        1,
                        1,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> newThread(task, name));
        executor.allowCoreThreadTimeOut(true);
    }

    private Thread newThread(Runnable task, String name) {
        Thread made =
                Thread.ofPlatform().name("leftfold-completer " + name).daemon().unstarted(task);
        thread = made;
        return made;
    }

    /** A future that follows {@code pending}, completed on the completer's thread. */
    public <T> CompletableFuture<T> follow(CompletableFuture<T> pending) {
        CompletableFuture<T> outside = new CompletableFuture<>();
        CompletableFuture<T> unused =
                pending.whenComplete((result, failure) -> hand(outside, result, failure));
        return outside;
    }

    private <T> void hand(
            CompletableFuture<T> outside, @Nullable T result, @Nullable Throwable failure) {
        try {
            executor.execute(() -> complete(outside, result, failure));
        } catch (RejectedExecutionException e) {
            complete(outside, result, failure); // the store is closed: nobody is held up any more
        }
    }

    @SuppressWarnings("NullAway") // a future may be completed with null, and is with one of the two
    private static <T> void complete(
            CompletableFuture<T> outside, @Nullable T result, @Nullable Throwable failure) {
        if (failure != null) {
            outside.completeExceptionally(failure);
        } else {
            outside.complete(result);
        }
    }

    /** Completes what is left, and waits for that unless called by what was completed. */
    public void close() {
        executor.shutdown();
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        Uninterrupted.end(executor);
    }

    /**
     * Waits for an outcome, whatever interrupts come, and throws a failure as it is. What was made
     * on another thread shows the caller as suppressed.
     */
    public static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                cause.addSuppressed(new CallSite());
                throw cause;
            }
            throw e;
        }
    }

    /** Shows in a stack trace who called: the error itself was made on the writer's thread. */
    private static final class CallSite extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        CallSite() {
            super("the call came from here");
        }
    }
}
