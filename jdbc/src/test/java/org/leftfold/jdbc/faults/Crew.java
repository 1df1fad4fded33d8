package org.leftfold.jdbc.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Threads of a test. Whatever one of them throws is the failure of the test. */
final class Crew {
    private static final int PATIENCE_SECONDS = 120 * Scale.FACTOR;

    private final List<FutureTask<Void>> running = new ArrayList<>();

    /** What a thread does. */
    interface Job {
        void run() throws Exception;
    }

    /** Starts one. */
    void start(String name, Job job) {
        FutureTask<Void> task =
                new FutureTask<>(() -> {
                    job.run();
                    return null;
                });
        Thread.ofPlatform().daemon().name(name).start(task);
        running.add(task);
    }

    /** Whether one of them has failed or ended. */
    boolean hasEnded() {
        return running.stream().anyMatch(FutureTask::isDone);
    }

    /** Waits for all of them. */
    void join() throws InterruptedException {
        for (FutureTask<Void> one : running) {
            try {
                one.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw new AssertionError("a thread failed: " + e.getCause(), e.getCause());
            } catch (TimeoutException e) {
                throw new AssertionError(
                        "a thread did not end in " + PATIENCE_SECONDS + " seconds", e);
            }
        }
        running.clear();
    }
}
