package org.leftfold.api.shard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;
import org.leftfold.api.spi.Uninterrupted;

/**
 * Appends that cannot be made without waiting, each on a virtual thread. Those to one stream are
 * made in the order in which they came; no other stream waits for them. Safe for any thread.
 */
final class WaitingAppends {
    /** As many as a store takes into its own queue; whoever wants more waits for room. */
    static final int MAX_WAITING = 4096;

    private final Executor threads = work -> Thread.ofVirtual().name("leftfold-shards").start(work);
    private final Semaphore room = new Semaphore(MAX_WAITING);
    private final CountDownLatch done = new CountDownLatch(1); // when closing, and nothing is left

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<StreamName, CompletableFuture<Void>> last = new HashMap<>(); // by lock
    private final Set<Thread> working = new HashSet<>(); // by lock
    private int waiting; // by lock
    private boolean closing; // by lock

    /** Whether an append has to wait because others to one of its streams do. */
    boolean isBehind(Append append) {
        lock.lock();
        try {
            return !last.isEmpty()
                    && append.writes().stream().anyMatch(write -> last.containsKey(write.stream()));
        } finally {
            lock.unlock();
        }
    }

    /** Makes an append behind those to its streams that wait; waits for room if there are many. */
    CompletableFuture<AppendResult> add(Append append, Supplier<AppendResult> work) {
        boolean isOwn = isWorking(); // it would wait for itself
        if (!isOwn) {
            room.acquireUninterruptibly();
        }
        return queue(append, work, isOwn ? () -> {} : room::release);
    }

    /** The same without waiting, for what was refused by its shard and is bounded by its queue. */
    CompletableFuture<AppendResult> addRefused(Append append, Supplier<AppendResult> work) {
        return queue(append, work, () -> {});
    }

    private CompletableFuture<AppendResult> queue(
            Append append, Supplier<AppendResult> work, Runnable leave) {
        CompletableFuture<AppendResult> outside = new CompletableFuture<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        List<CompletableFuture<Void>> before = new ArrayList<>();
        lock.lock();
        try {
            if (closing) {
                leave.run();
                return CompletableFuture.failedFuture(
                        StoreUnavailableException.closing("the append"));
            }
            waiting++;
            for (StreamWrite write : append.writes()) {
                CompletableFuture<Void> other = last.put(write.stream(), end);
                if (other != null) {
                    before.add(other);
                }
            }
        } finally {
            lock.unlock();
        }
        CompletableFuture<Void> unused =
                CompletableFuture.allOf(before.toArray(new CompletableFuture<?>[0]))
                        .thenRunAsync(() -> run(append, work, leave, end, outside), threads);
        return outside;
    }

    private void run(
            Append append,
            Supplier<AppendResult> work,
            Runnable leave,
            CompletableFuture<Void> end,
            CompletableFuture<AppendResult> outside) {
        begin();
        try {
            AppendResult result;
            try {
                result = work.get();
            } finally {
                left(append, end);
                leave.run();
                end.complete(null);
            }
            outside.complete(result);
        } catch (Throwable failure) { // whatever it is, the caller has to learn of it
            outside.completeExceptionally(failure);
        } finally {
            ended();
        }
    }

    private void begin() {
        lock.lock();
        try {
            working.add(Thread.currentThread());
        } finally {
            lock.unlock();
        }
    }

    private void left(Append append, CompletableFuture<Void> end) {
        lock.lock();
        try {
            append.writes().forEach(write -> last.remove(write.stream(), end));
        } finally {
            lock.unlock();
        }
    }

    private void ended() {
        lock.lock();
        try {
            working.remove(Thread.currentThread());
            waiting--;
            if (closing && waiting == 0) {
                done.countDown();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isWorking() {
        lock.lock();
        try {
            return working.contains(Thread.currentThread());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets what waits be made; nothing new is taken. Returns at once in what depends on one of
     * them.
     */
    void finish() {
        lock.lock();
        try {
            closing = true;
            if (waiting == 0) {
                done.countDown();
            }
        } finally {
            lock.unlock();
        }
        if (!isWorking()) {
            Uninterrupted.await(done);
        }
    }
}
