package org.leftfold.framework.repository;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Does work on a virtual thread of its own. */
final class Async {
    private static final Executor THREADS =
            task -> Thread.ofVirtual().name("leftfold-command").start(task);

    private Async() {}

    static <T> CompletableFuture<T> run(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, THREADS);
    }
}
