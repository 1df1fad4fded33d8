package org.leftfold.benchmarks.stores;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.spi.Uninterrupted;

/**
 * One thread that commits what many callers hand in: it takes all that waits, commits it at once,
 * and wakes the callers in the order in which they came.
 *
 * <p>Before a commit it waits at most {@value #MAX_WAIT_NANOS} ns for as many callers as came last
 * time: those are on their way back. Without the wait each commit would take just half of them, for
 * it would start with the first that returns.
 */
final class GroupCommit<T> implements Closeable {
    /** Pays off from 8 callers on and costs a single caller nothing, see docs/benchmarks.md. */
    private static final long MAX_WAIT_NANOS = 100_000;

    /** How often an idle commit thread looks whether it should end. */
    private static final long IDLE_MILLIS = 100;

    private final LinkedTransferQueue<Item<T>> queue = new LinkedTransferQueue<>();
    private final AtomicLong commitCount = new AtomicLong();
    private final AtomicLong itemCount = new AtomicLong();
    private final int maxItems;
    private final Batch<T> batch;
    private final Thread thread;
    private int lastCount; // commit thread only
    private volatile boolean closing; // written by close(), read by the commit thread

    /** How a store commits. */
    @FunctionalInterface
    interface Batch<T> {
        /**
         * Makes all items durable, apart from those that it fails itself. An exception fails all.
         */
        void commit(List<Item<T>> items) throws Exception;
    }

    /** What one caller handed in. Complete when it is durable. */
    static final class Item<T> extends CompletableFuture<Boolean> {
        final T value;

        Item(T value) {
            this.value = value;
        }
    }

    GroupCommit(String name, int maxItems, Batch<T> batch) {
        this.maxItems = maxItems;
        this.batch = batch;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
        thread.start();
    }

    /** Hands in a value and parks until it is durable. */
    void submit(T value) throws Exception {
        Item<T> item = new Item<>(value);
        queue.add(item);
        try {
            item.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private void run() {
        List<Item<T>> items = new ArrayList<>();
        while (!closing || !queue.isEmpty()) {
            Item<T> first = poll();
            if (first == null) {
                continue;
            }
            items.add(first);
            queue.drainTo(items, maxItems - 1);
            awaitReturningCallers(items);
            commitCount.incrementAndGet();
            itemCount.addAndGet(items.size());
            try {
                batch.commit(items);
                for (Item<T> item : items) {
                    item.complete(true);
                }
            } catch (Exception | Error e) {
                for (Item<T> item : items) {
                    item.completeExceptionally(e);
                }
            }
            items.clear();
        }
    }

    private @Nullable Item<T> poll() {
        try {
            return queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the commit thread", e);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // The core is lent to the callers that are awaited.
    private void awaitReturningCallers(List<Item<T>> items) {
        long untilNanos = System.nanoTime() + MAX_WAIT_NANOS;
        while (items.size() < lastCount && System.nanoTime() < untilNanos) {
            Thread.yield();
            queue.drainTo(items, maxItems - items.size());
        }
        lastCount = items.size();
    }

    /** Items in one commit, on average since the last call. */
    OptionalDouble itemsPerCommit() {
        long commits = commitCount.getAndSet(0);
        long items = itemCount.getAndSet(0);
        return commits == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) items / commits);
    }

    /** Commits what was handed in, then ends the thread. */
    @Override
    public void close() {
        closing = true;
        Uninterrupted.join(thread);
    }
}
