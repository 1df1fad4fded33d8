package org.leftfold.framework.projection;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.spi.JoiningStore.Outcome;
import org.leftfold.framework.projection.InlineAttempt.Blame;
import org.leftfold.framework.projection.InlineRequest.Made;

/**
 * Makes the appends of all callers together, one transaction for all that have queued up: the price
 * of the locks, of the parts and of the commit is shared by them. An append whose event fails, with
 * the later ones of its caller, is made aside, so that nobody else waits for its attempts. Safe for
 * any thread; it has a thread of its own while there is work.
 */
final class InlineWriter {
    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_APPENDS = 512;
    private static final int FIRST_APPENDS = 16;

    /** A group whose views take longer than this is too large: the database waits, not for ever. */
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** One whose views take less could have been larger. */
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** As with the plain store: waiting for those who are on their way back makes groups. */
    private static final long LINGER_NANOS = 100_000;

    /** A queue that was empty for longer than this was idle: nobody is on the way back. */
    private static final long IDLE_NANOS = 2_000_000;

    private static final long KEEP_THREAD_MILLIS = 2_000;

    private final InlineAttempt.Home home;
    private final InlineGate gate;
    private final ProjectionTime time;
    private final InlineLanes lanes;
    private final LinkedTransferQueue<InlineRequest> queue = new LinkedTransferQueue<>();
    private final AtomicBoolean isRunning = new AtomicBoolean();
    private final Set<InlineRequest> open = ConcurrentHashMap.newKeySet();
    private int most = FIRST_APPENDS; // of the writer's thread only
    private int expected = 1; // of the writer's thread only

    InlineWriter(InlineAttempt.Home home, InlineGate gate, ProjectionTime time) {
        this.home = home;
        this.gate = gate;
        this.time = time;
        this.lanes = new InlineLanes(home, gate);
    }

    /**
     * Takes an append, behind all that its thread gave before.
     *
     * @throws org.leftfold.api.InvalidRequestException if it was closed (LF-1007), or by a handler
     *     (LF-1303)
     */
    void submit(InlineRequest request) {
        open.add(request);
        CompletableFuture<Made> unused =
                request.outcome().whenComplete((made, failure) -> open.remove(request));
        try {
            gate.requireOpen();
        } catch (RuntimeException e) {
            request.fail(e);
            throw e;
        }
        request.await();
        queue.add(request);
        wake();
    }

    private void wake() {
        if (isRunning.compareAndSet(false, true)) {
            Thread.ofPlatform().name("leftfold-inline").daemon().start(this::run);
        }
    }

    private void run() {
        while (true) {
            long before = time.nanos();
            InlineRequest first = next();
            if (first == null) {
                isRunning.set(false);
                if (queue.isEmpty() || !isRunning.compareAndSet(false, true)) {
                    return; // else somebody came who counted on this thread
                }
                continue;
            }
            List<InlineRequest> group =
                    gather(first, time.nanos() - before > IDLE_NANOS ? 1 : expected);
            try {
                make(group);
            } catch (Throwable e) { // a defect of ours: nobody knows how far it came
                group.forEach(request ->
                        request.fail(
                                new OutcomeUnknownException(request.append().eventCount(), e)));
            }
        }
    }

    private @Nullable InlineRequest next() {
        boolean unused = Thread.interrupted(); // by a handler
        try {
            return queue.poll(KEEP_THREAD_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return queue.poll();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // yields to the callers; nothing depends on it
    private List<InlineRequest> gather(InlineRequest first, int wanted) {
        List<InlineRequest> group = new ArrayList<>();
        add(first, group);
        long bytes = first.bytes();
        long until = time.nanos() + LINGER_NANOS;
        while (group.size() < most && bytes < MOST_BYTES) {
            InlineRequest next = queue.poll();
            if (next != null) {
                add(next, group);
                bytes += next.bytes();
            } else if (group.size() >= wanted || time.nanos() >= until) {
                break;
            } else {
                Thread.yield();
            }
        }
        expected = group.size();
        return group;
    }

    /** Takes it, unless its caller has something aside that comes before it. */
    private void add(InlineRequest request, List<InlineRequest> group) {
        if (request.take() && !lanes.follows(request)) {
            group.add(request);
        }
    }

    private void make(List<InlineRequest> given) {
        List<InlineRequest> group = given;
        while (!group.isEmpty()) {
            InlineAttempt attempt =
                    new InlineAttempt(
                            home, group.stream().map(InlineRequest::append).toList(), Map.of());
            List<Outcome> outcomes;
            try {
                outcomes = gate.pass(() -> home.views().inTransaction(attempt));
            } catch (Throwable e) { // whatever it is, the callers are told
                group = without(group, attempt.blame(), e);
                continue;
            }
            settle(group, outcomes, attempt);
            fit(group.size(), attempt.viewNanos());
            return;
        }
    }

    private static void settle(
            List<InlineRequest> group, List<Outcome> outcomes, InlineAttempt attempt) {
        List<List<Runnable>> afterwards = attempt.committed();
        for (int i = 0; i < group.size(); i++) {
            switch (outcomes.get(i)) {
                case Outcome.Stored stored ->
                        group.get(i).complete(new Made(stored.result(), afterwards.get(i)));
                case Outcome.Refused refused -> group.get(i).fail(refused.why());
            }
        }
    }

    private void fit(int size, long nanos) {
        if (nanos > LONG_NANOS) {
            most = Math.max(1, size / 2);
        } else if (size == most && nanos < SHORT_NANOS) {
            most = Math.min(MOST_APPENDS, 2 * most);
        }
    }

    /** What of a group is still to be made together after a failure. */
    private List<InlineRequest> without(
            List<InlineRequest> group, @Nullable Blame blame, Throwable failure) {
        boolean isOutage = blame == null && failure instanceof StoreUnavailableException;
        boolean isFatal =
                failure instanceof Error
                        && !(failure instanceof AssertionError)
                        && !(failure instanceof StackOverflowError);
        if (isOutage) {
            most = Math.max(1, group.size() / 2); // it may have been too large
        }
        if (isOutage || isFatal || (blame == null && group.size() == 1)) {
            group.forEach(request -> request.fail(failure));
            return List.of();
        }
        InlineRequest culprit =
                blame != null && (blame.append() >= 0 || group.size() == 1)
                        ? group.get(Math.max(0, blame.append()))
                        : null;
        List<InlineRequest> rest = new ArrayList<>();
        for (InlineRequest request : group) {
            if (request.equals(culprit)) {
                lanes.take(request, call -> call.treat(blame, failure));
            } else if (culprit == null || request.caller().equals(culprit.caller())) {
                lanes.take(request, call -> {}); // each for itself, those of a caller in order
            } else {
                rest.add(request);
            }
        }
        return rest;
    }

    /**
     * Waits until all that was taken is settled; a handler that closes does not wait for itself.
     */
    void close() {
        gate.close();
        if (gate.isInside()) {
            return;
        }
        for (InlineRequest request : open) {
            boolean unused = request.outcome().handle((made, failure) -> true).join();
        }
    }
}
