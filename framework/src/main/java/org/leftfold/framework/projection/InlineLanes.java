package org.leftfold.framework.projection;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes appends that cannot be made with others: each alone, those of one caller in their order,
 * those of different callers beside each other. Safe for any thread.
 */
final class InlineLanes {
    private final InlineAttempt.Home home;
    private final InlineGate gate;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Thread, Queue<Job>> lanes = new HashMap<>(); // by caller; guarded by lock

    /** An append, and what is done before it is made. */
    private record Job(InlineRequest request, Consumer<InlineCall> first) {}

    InlineLanes(InlineAttempt.Home home, InlineGate gate) {
        this.home = home;
        this.gate = gate;
    }

    /** Takes an append if earlier ones of its caller are still here; says whether it did. */
    boolean follows(InlineRequest request) {
        lock.lock();
        try {
            Queue<Job> lane = lanes.get(request.caller());
            return lane != null && lane.add(new Job(request, call -> {}));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes an append.
     *
     * @param first what is done before it is made; what it throws becomes of the append
     */
    void take(InlineRequest request, Consumer<InlineCall> first) {
        lock.lock();
        try {
            Queue<Job> lane = lanes.get(request.caller());
            if (lane == null) {
                lane = new ArrayDeque<>();
                lanes.put(request.caller(), lane);
                Thread.ofVirtual().name("leftfold-inline-aside").start(() -> run(request.caller()));
            }
            lane.add(new Job(request, first));
        } finally {
            lock.unlock();
        }
    }

    private void run(Thread caller) {
        for (Job job = next(caller); job != null; job = next(caller)) {
            try {
                InlineCall call = new InlineCall(home, job.request().append(), gate);
                job.first().accept(call);
                job.request().complete(call.make());
            } catch (Throwable e) { // whatever it is, the caller is told
                job.request().fail(e);
            }
        }
    }

    /** What is to be made next; null if the lane is empty, and closed. */
    private @Nullable Job next(Thread caller) {
        lock.lock();
        try {
            Queue<Job> lane = lanes.get(caller);
            Job job = lane == null ? null : lane.poll();
            if (job == null) {
                lanes.remove(caller);
            }
            return job;
        } finally {
            lock.unlock();
        }
    }
}
