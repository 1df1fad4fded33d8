package org.leftfold.jdbc.append;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.StoreListener;
import org.leftfold.api.spi.Uninterrupted;
import org.leftfold.jdbc.sql.SystemTime;

/**
 * The thread that stores the appends of this process. It takes what has queued up, waits a moment
 * for the callers of the last group, who are on their way back, and makes one transaction of it:
 * the price of a commit and of the store's lock is shared by all of them.
 */
public final class WriterLoop {
    /** As with the embedded engine: waiting for those who are on their way back makes groups. */
    private static final long LINGER_NANOS = 100_000;

    /** A queue that was empty for longer than this was idle: nobody is on the way back. */
    private static final long IDLE_NANOS = 2_000_000;

    private static final int MAX_GROUP_APPENDS = 512;
    private static final int MAX_GROUP_BYTES = 1 << 20;

    /** An append from this size on has a transaction of its own: none before it waits for it. */
    private static final int LARGE_BYTES = 256 << 10;

    /** The queue holds this many units: an append takes one, and one more for each 4 KiB. */
    private static final int QUEUE_UNITS = 32 << 10;

    private static final int UNIT_BYTES = 4 << 10;
    private static final int MAX_CALL_UNITS = 256;

    /** After so long without work the connection goes back to its pool. */
    private static final long KEEP_CONNECTION_MILLIS = 1_000;

    /** And after so long with work, so that a pool can renew it. */
    private static final long RENEW_CONNECTION_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Transactions transactions;
    private final StoreListener listener;
    private final LongConsumer stored;
    private final LinkedTransferQueue<Call> queue = new LinkedTransferQueue<>();
    private final Semaphore units = new Semaphore(QUEUE_UNITS);
    private final Thread thread;
    private boolean closing; // writer thread only
    private int cameMeanwhile; // writer thread only; calls behind the last group, when it was done
    private volatile boolean ended; // written by the writer, read by callers

    /** What the writer is asked for. */
    private sealed interface Call {
        /** To store an append. */
        record OfAppend(Pending pending) implements Call {}

        /** To end. */
        record OfClose() implements Call {}
    }

    /**
     * A writer that does not run yet.
     *
     * @param stored told the highest position that a group stored
     */
    public WriterLoop(
            Transactions transactions, StoreListener listener, LongConsumer stored, String name) {
        this.transactions = transactions;
        this.listener = listener;
        this.stored = stored;
        this.thread =
                Thread.ofPlatform().name("leftfold-writer " + name).daemon().unstarted(this::run);
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /** Queues an append; blocks while the queue is full. */
    public void submit(Pending pending) {
        units.acquireUninterruptibly(unitsOf(pending));
        queue.add(new Call.OfAppend(pending));
        if (ended) {
            refuseRest(); // the writer may have looked for the last time before this call came
        }
    }

    private static int unitsOf(Pending pending) {
        return (int) Math.min(MAX_CALL_UNITS, 1 + pending.bytes() / UNIT_BYTES);
    }

    private void run() {
        List<Pending> group = new ArrayList<>();
        try {
            int expected = 1;
            long since = SystemTime.nanos();
            while (true) {
                long before = SystemTime.nanos();
                Pending first = take();
                if (first == null) {
                    return;
                }
                long now = SystemTime.nanos();
                if (now - since > RENEW_CONNECTION_NANOS) {
                    transactions.close();
                    since = now;
                }
                gather(group, first, now - before > IDLE_NANOS ? 1 : expected);
                store(group);
                expected = group.size() + cameMeanwhile;
                group.clear();
            }
        } catch (RuntimeException | Error e) { // a defect of ours: nobody knows how far it came
            group.forEach(pending -> pending.settle(Outcome.unknown(pending.append(), e)));
            throw e;
        } finally {
            ended = true;
            units.release(QUEUE_UNITS); // whoever waits for room goes on, and is refused
            refuseRest();
            transactions.close();
        }
    }

    /** The next append, or null when the store is closing and all appends before are served. */
    private @Nullable Pending take() {
        while (!closing) {
            Call next = queue.poll();
            if (next == null) {
                next = await();
            }
            switch (next) {
                case null -> transactions.close();
                case Call.OfAppend append -> {
                    return append.pending();
                }
                case Call.OfClose close -> closing = true;
            }
        }
        return null;
    }

    private @Nullable Call await() {
        try {
            return queue.poll(KEEP_CONNECTION_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return null; // nobody interrupts this thread; if somebody does, it goes on
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // yields to the callers; nothing depends on it
    private void gather(List<Pending> group, Pending first, int expected) {
        group.add(first);
        long bytes = drain(group, first.bytes());
        long until = SystemTime.nanos() + LINGER_NANOS;
        while (group.size() < expected
                && bytes < MAX_GROUP_BYTES
                && !closing
                && !isLarge(first)
                && !isLargeNext()
                && SystemTime.nanos() < until) {
            Thread.yield();
            bytes = drain(group, bytes);
        }
    }

    private long drain(List<Pending> group, long bytesBefore) {
        long bytes = bytesBefore;
        while (!closing
                && group.size() < MAX_GROUP_APPENDS
                && bytes < MAX_GROUP_BYTES
                && !isLarge(group.getFirst())
                && !isLargeNext()) {
            Call next = queue.poll();
            if (!(next instanceof Call.OfAppend append)) {
                closing = next != null;
                break;
            }
            group.add(append.pending());
            bytes += append.pending().bytes();
        }
        return bytes;
    }

    private static boolean isLarge(Pending pending) {
        return pending.bytes() >= LARGE_BYTES;
    }

    private boolean isLargeNext() {
        return queue.peek() instanceof Call.OfAppend next && isLarge(next.pending());
    }

    private void store(List<Pending> group) {
        long began = SystemTime.nanos();
        int taken = 0;
        for (Pending pending : group) {
            taken += unitsOf(pending);
        }
        units.release(taken);
        List<Outcome> outcomes = make(group);
        long head = 0;
        int events = 0;
        long bytes = 0;
        for (int i = 0; i < group.size(); i++) {
            if (outcomes.get(i) instanceof Outcome.Stored done) {
                head = Math.max(head, done.result().lastPosition());
                events += done.result().repeated() ? 0 : group.get(i).append().eventCount();
                bytes += done.result().repeated() ? 0 : group.get(i).bytes();
            } else if (outcomes.get(i) instanceof Outcome.Refused refused) {
                listener.refused(refused.why().code());
            }
        }
        countQueued();
        stored.accept(
                head); // before the callers go on: what they stored is seen by their followers
        for (int i = 0; i < group.size(); i++) {
            group.get(i).settle(outcomes.get(i));
        }
        if (events > 0) {
            listener.committed(
                    group.size(), events, bytes, Duration.ofNanos(SystemTime.nanos() - began));
        }
    }

    /** Counts before the callers of the group can be back; else two groups took turns for ever. */
    private void countQueued() {
        Iterator<Call> queued = queue.iterator();
        int count = 0;
        while (count < MAX_GROUP_APPENDS && queued.hasNext()) {
            queued.next();
            count++;
        }
        cameMeanwhile = count;
    }

    private List<Outcome> make(List<Pending> group) {
        Map<Integer, Beside> beside = new TreeMap<>();
        for (int i = 0; i < group.size(); i++) {
            Beside own = group.get(i).beside();
            if (own != null) {
                beside.put(i, own);
            }
        }
        return transactions.make(group.stream().map(Pending::append).toList(), beside);
    }

    private void refuseRest() {
        for (Call rest = queue.poll(); rest != null; rest = queue.poll()) {
            if (rest instanceof Call.OfAppend append) {
                units.release(unitsOf(append.pending()));
                refuse(append.pending());
            }
        }
    }

    private static void refuse(Pending pending) {
        pending.completeExceptionally(StoreUnavailableException.closing("the call"));
    }

    /** Stores what was queued before, then ends the thread. */
    public void close() {
        queue.add(new Call.OfClose());
        Uninterrupted.join(thread);
    }
}
