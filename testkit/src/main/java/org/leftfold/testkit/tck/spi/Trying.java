package org.leftfold.testkit.tck.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.leftfold.api.InvalidRequestException;

/** What the suites have in common: work in many threads at once, and calls that are refused. */
final class Trying {
    /** Far above what any step takes, and below the minute of a whole test. */
    private static final int PATIENCE_SECONDS = 25;

    /** How many threads race. */
    static final int THREADS = 32;

    /** Names that no store takes. */
    static final List<String> NO_NAMES =
            List.of(
                    "",
                    "  ",
                    "\u2003",
                    "a\nb",
                    "half \ud83d",
                    "x".repeat(256),
                    "\u00e9".repeat(128));

    /** Names that every store takes, all different. */
    static final List<String> NAMES =
            List.of(
                    "a",
                    "A",
                    " a",
                    "a b",
                    "x".repeat(255),
                    "\u00e9".repeat(127),
                    "e\u0301",
                    "\u00e9",
                    "\ud83d\ude00",
                    "order/17?#%00");

    /** What one of the threads does. */
    interface Work<T> {
        T run(int thread) throws Exception;
    }

    private Trying() {}

    /** Does the work in {@link #THREADS} threads at once and gives what each of them returned. */
    static <T> List<T> atOnce(Work<T> work) {
        CyclicBarrier line = new CyclicBarrier(THREADS);
        List<FutureTask<T>> running = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            int number = thread;
            FutureTask<T> task =
                    new FutureTask<>(() -> {
                        line.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                        return work.run(number);
                    });
            Thread.ofPlatform().daemon().name("tck-" + number).start(task);
            running.add(task);
        }
        List<T> results = new ArrayList<>();
        for (FutureTask<T> one : running) {
            results.add(result(one));
        }
        return results;
    }

    /** Does the work in another thread, and gives what it returned. */
    static <T> T elsewhere(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().name("elsewhere").start(task);
        return result(task);
    }

    private static <T> T result(FutureTask<T> running) {
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

    /** The call is refused with this code. */
    static void assertRefused(String code, Runnable call) {
        assertEquals(code, assertThrows(InvalidRequestException.class, call::run).code());
    }
}
