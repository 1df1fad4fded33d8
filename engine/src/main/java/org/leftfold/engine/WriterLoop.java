package org.leftfold.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.Uninterrupted;
import org.leftfold.io.TimeSource;

/**
 * The thread that owns the tail of the log. It takes what has queued up, waits a moment for the
 * callers of the last group, who are on their way back, and hands the batch to the committer.
 *
 * <p>Why it waits: without it a batch begins with the first caller that returns and takes half of
 * the others each time. Waiting at most {@value #LINGER_NANOS} ns until as many have come as last
 * time gave 31 to 63 % more appends a second with 8 to 256 callers, and one caller loses nothing,
 * for it is alone. After an idle moment it does not wait at all.
 */
final class WriterLoop implements Runnable {
    private static final long LINGER_NANOS = 100_000;

    /** A queue that was empty for longer than this was idle: nobody is on the way back. */
    private static final long IDLE_NANOS = 400_000;

    /** Beyond this a group takes longer to force than it saves. */
    private static final int MAX_BATCH_BYTES = 1 << 20;

    private static final int MAX_BATCH_APPENDS = 4096;

    /**
     * The queue holds this many units: an append takes one, and one more for each 4 KiB; 128 MiB at
     * most.
     */
    private static final int QUEUE_UNITS = 32 << 10;

    private static final int UNIT_BYTES = 4 << 10;

    /** A large append must not wait for ever while small ones slip past it. */
    private static final int MAX_CALL_UNITS = 256;

    private final Committer committer;
    private final TimeSource time;
    private final LinkedTransferQueue<Pending<?>> queue = new LinkedTransferQueue<>();
    private final Semaphore units = new Semaphore(QUEUE_UNITS);
    private final Thread thread;
    private boolean closing; // writer thread only
    private volatile boolean ended; // written by the writer thread, read by callers

    WriterLoop(Committer committer, TimeSource time, String name) {
        this.committer = committer;
        this.time = time;
        this.thread = Thread.ofPlatform().name("leftfold-writer " + name).daemon().unstarted(this);
    }

    void start() {
        thread.start();
    }

    /** Queues a call; blocks while the queue is full. */
    void submit(Pending<?> pending) {
        int need = unitsOf(pending);
        units.acquireUninterruptibly(need);
        queue.add(pending);
        if (ended) {
            refuseRest(); // the writer thread may have looked for the last time before this call
            // came
        }
    }

    private static int unitsOf(Pending<?> pending) {
        return Math.min(MAX_CALL_UNITS, 1 + pending.body().byteCount() / UNIT_BYTES);
    }

    @Override
    public void run() {
        List<Pending<?>> batch = new ArrayList<>();
        try {
            int expected = 1;
            while (true) {
                long before = time.monotonicNanos();
                Pending<?> first = take();
                if (first == null) {
                    return;
                }
                boolean wasIdle = time.monotonicNanos() - before > IDLE_NANOS;
                gather(batch, first, wasIdle ? 1 : expected);
                expected = batch.size();
                int taken = 0;
                for (Pending<?> pending : batch) {
                    taken += unitsOf(pending);
                }
                units.release(taken);
                committer.commit(batch);
                batch.clear();
            }
        } finally {
            ended = true;
            batch.forEach(WriterLoop::refuse); // of a batch that an error kept from the committer
            units.release(QUEUE_UNITS); // whoever waits for room goes on, and is refused
            refuseRest();
        }
    }

    /** The next call, or null when the store is closing and all calls before that are served. */
    private @Nullable Pending<?> take() {
        while (!closing) {
            Pending<?> next = queue.poll();
            if (next == null) {
                next = await();
            }
            if (next instanceof Pending.OfClose) {
                closing = true;
            } else if (next != null) {
                return next;
            }
        }
        return null;
    }

    private @Nullable Pending<?> await() {
        try {
            return queue.poll(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return null; // nobody interrupts this thread; if somebody does, it goes on
        }
    }

    @SuppressWarnings(
            "ThreadPriorityCheck") // yields to the callers that are on their way back; nothing
    // depends on it
    private void gather(List<Pending<?>> batch, Pending<?> first, int expected) {
        batch.add(first);
        int bytes = drain(batch, first.body().byteCount());
        if (batch.size() >= expected || bytes >= MAX_BATCH_BYTES) {
            return;
        }
        long until = time.monotonicNanos() + LINGER_NANOS;
        while (!closing
                && batch.size() < expected
                && bytes < MAX_BATCH_BYTES
                && time.monotonicNanos() < until) {
            Thread.yield();
            bytes = drain(batch, bytes);
        }
    }

    private int drain(List<Pending<?>> batch, int bytesBefore) {
        int bytes = bytesBefore;
        while (!closing && batch.size() < MAX_BATCH_APPENDS && bytes < MAX_BATCH_BYTES) {
            Pending<?> next = queue.poll();
            if (next == null) {
                break;
            }
            if (next instanceof Pending.OfClose) {
                closing = true;
                break;
            }
            batch.add(next);
            bytes += next.body().byteCount();
        }
        return bytes;
    }

    private void refuseRest() {
        for (Pending<?> rest = queue.poll(); rest != null; rest = queue.poll()) {
            if (rest instanceof Pending.OfClose) {
                continue;
            }
            units.release(unitsOf(rest));
            refuse(rest);
        }
    }

    private static void refuse(Pending<?> pending) {
        if (!pending.isDone()) {
            pending.refuse(
                    pending.isInDoubt()
                            ? new OutcomeUnknownException(
                                    pending.eventCount(),
                                    new IllegalStateException("the writer ended"))
                            : StoreUnavailableException.closing("the call"));
            pending.deliver();
        }
    }

    /**
     * Serves what was queued before, then ends the thread. An interrupt would close its files, so
     * there is none.
     */
    void close() {
        queue.add(new Pending.OfClose());
        Uninterrupted.join(thread);
    }
}
