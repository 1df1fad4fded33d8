package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Work in several threads at once. Every wait ends: what takes longer than {@link
 * #PATIENCE_SECONDS} has failed.
 */
public final class Together {
    /** Far above what any step takes, also on a slow disk, and below the minute of a whole test. */
    static final int PATIENCE_SECONDS = 25;

    /** What one of the threads does. */
    public interface Work<T> {
        /** Runs, with the number of its thread, from 0. */
        T run(int thread) throws Exception;
    }

    private Together() {}

    /** Starts the work in {@code threads} threads as nearly at once as can be. */
    static <T> List<Future<T>> start(int threads, Work<T> work) {
        CyclicBarrier line = new CyclicBarrier(threads);
        List<Future<T>> running = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            int number = thread;
            FutureTask<T> task =
                    new FutureTask<>(() -> {
                        toTheLine(line);
                        return work.run(number);
                    });
            Thread.ofPlatform().daemon().name("tck-" + number).start(task);
            running.add(task);
        }
        return running;
    }

    private static void toTheLine(CyclicBarrier line)
            throws InterruptedException, BrokenBarrierException, TimeoutException {
        line.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Does the work in {@code threads} threads, which start as nearly at once as can be.
     *
     * @return what each of them returned
     * @throws AssertionError if one of them failed or did not end
     */
    public static <T> List<T> run(int threads, Work<T> work) {
        return results(start(threads, work));
    }

    static <T> List<T> results(List<Future<T>> running) {
        List<T> results = new ArrayList<>();
        for (Future<T> one : running) {
            results.add(result(one));
        }
        return results;
    }

    /** What a thread returned; its failure is the failure of the test. */
    static <T> T result(Future<T> running) {
        try {
            return running.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return fail("a thread failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            return fail("a thread did not end in " + PATIENCE_SECONDS + " seconds", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail("interrupted", e);
        }
    }

    static void await(String what, CountDownLatch latch) {
        try {
            assertTrue(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS), what);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail("interrupted while waiting for: " + what, e);
        }
    }

    /** Waits until something becomes true that nobody announces. */
    static void await(String what, BooleanSupplier fact) {
        CountDownLatch never = new CountDownLatch(1);
        for (int millis = 0; millis < PATIENCE_SECONDS * 1000; millis++) {
            if (fact.getAsBoolean()) {
                return;
            }
            try {
                if (never.await(1, TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("nobody opens this latch");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                fail("interrupted while waiting for: " + what, e);
            }
        }
        fail("never came true: " + what);
    }
}
