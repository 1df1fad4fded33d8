package org.leftfold.api.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.Query;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StaleCheckpointException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.Subscription;
import org.leftfold.api.spi.Uninterrupted;

/**
 * One follower of all shards: a follower of each, which take turns to call the handler (G9). The
 * order of a shard is kept, and so is that of a stream: what stands behind the arrival of a moved
 * stream waits until the shard it came from was followed to its departure. That cannot end in a
 * circle, for the departure was stored before the arrival.
 *
 * <p>Always true: R1 at most one thread is in the handler; R2 {@code reached} of a shard moves over
 * an event when the handler has returned, and never over one that the handler did not get; R3 after
 * {@code ending} is set no call of the handler begins.
 *
 * <p>Safe for any thread. A thread of its own, the closer, ends it.
 */
final class MergedFollower implements Subscription {
    /** Tells the follower of a shard to end before the event at hand. */
    private static final class EndedException extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        EndedException() {
            super("the subscription ends");
        }
    }

    /** One call of the handler. */
    private interface Call {
        void make() throws Exception;
    }

    private final ShardSet shards;
    private final Query query;
    private final EventHandler handler;
    private final Consumer<MergedFollower> onEnd;
    private final CompletableFuture<Void> completion = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Subscription> parts = new ArrayList<>(); // guarded by lock
    private final List<Checkpoint> reached = new ArrayList<>(); // guarded by lock
    private final boolean[] partLive; // guarded by lock
    private boolean ready; // guarded by lock
    private boolean ending; // guarded by lock
    private @Nullable Throwable failure; // guarded by lock; the first
    private long tickets; // guarded by lock: how many asked for a turn
    private long turn; // guarded by lock: whose turn it is
    private @Nullable Thread inHandler; // guarded by lock
    private volatile @Nullable Thread closer; // written by the start, read by whoever closes

    private volatile boolean live; // written by whose turn it is, read by all

    MergedFollower(
            ShardSet shards,
            FollowRequest request,
            EventHandler handler,
            Consumer<MergedFollower> onEnd) {
        this.shards = shards;
        this.query = request.query();
        this.handler = handler;
        this.onEnd = onEnd;
        this.partLive = new boolean[shards.size()];
    }

    /**
     * Opens the followers of the shards.
     *
     * @throws org.leftfold.api.StaleCheckpointException if the checkpoint belongs to another
     *     history (LF-4002); nothing is left open
     */
    void start(FollowRequest request) {
        boolean started = false;
        try {
            List<FollowRequest.Start> starts = starts(request.start());
            for (int shard = 0; shard < shards.size(); shard++) {
                FollowRequest inner =
                        new FollowRequest(
                                Marks.withControls(query),
                                starts.get(shard),
                                request.fallsBehindAfter());
                Subscription part = follow(shard, inner, request.start());
                locked(() -> parts.add(part));
            }
            // All that shifts versions before the places where the parts begin is known now.
            shards.refresh();
            started = true;
        } finally {
            begin(started);
        }
        for (int shard = 0; shard < parts.size(); shard++) {
            CompletableFuture<Void> unused =
                    parts.get(shard)
                            .completion()
                            .whenComplete((nothing, cause) -> partEnded(cause));
        }
    }

    private Subscription follow(int shard, FollowRequest inner, FollowRequest.Start start) {
        try {
            return shards.store(shard).follow(inner, new Part(shard));
        } catch (StaleCheckpointException stale) {
            throw start instanceof FollowRequest.Start.After after
                    ? StaleCheckpointException.inShard(
                            after.checkpoint(), shards.name(shard), stale)
                    : stale;
        }
    }

    private List<FollowRequest.Start> starts(FollowRequest.Start start) {
        List<FollowRequest.Start> starts = new ArrayList<>();
        if (start instanceof FollowRequest.Start.After after) {
            after.checkpoint()
                    .shardsIn(shards.size())
                    .forEach(each -> starts.add(new FollowRequest.Start.After(each)));
        } else if (start instanceof FollowRequest.Start.Now) {
            shards.checkpoints().forEach(each -> starts.add(new FollowRequest.Start.After(each)));
        } else {
            for (int shard = 0; shard < shards.size(); shard++) {
                starts.add(start);
            }
        }
        return starts;
    }

    /** Lets the parts go on, which wait for that in their first call; or ends them. */
    private void begin(boolean started) {
        locked(() -> {
            parts.forEach(part -> reached.add(part.checkpoint()));
            ready = true;
            ending = !started;
            changed.signalAll();
            return ready;
        });
        Thread ending = Thread.ofVirtual().name("leftfold-follower-end").unstarted(this::end);
        closer = ending;
        ending.start();
        if (!started) {
            awaitEnd();
        }
    }

    /** What the follower of one shard is told. */
    private final class Part implements EventHandler {
        private final int shard;

        Part(int shard) {
            this.shard = shard;
        }

        @Override
        public void handle(RecordedEvent event) throws Exception {
            await(() -> ready);
            if (Marks.isOwn(event)) {
                Control control = Marks.control(event);
                if (control != null) {
                    shards.met(shard, control);
                    awaitDeparture(control);
                }
                passed(event);
            } else if (Marks.isCopy(event) || !query.matches(event)) {
                passed(event);
            } else {
                deliver(event, shards.outside(shard, event));
            }
        }

        private void deliver(RecordedEvent event, RecordedEvent outside) throws Exception {
            if (!shards.isShown(outside)) {
                passed(event);
                return;
            }
            inTurn(() -> {
                handler.handle(outside, behind(event));
                passed(event);
            });
        }

        private void awaitDeparture(Control control) {
            if (!control.is(Control.Kind.ARRIVED)) {
                return;
            }
            int peer = control.peer();
            await(() -> place(peer).reaches(control.departure()));
        }

        /** Where a follower goes on that has handled this event, and all before it in the turns. */
        private Checkpoint behind(RecordedEvent event) {
            return locked(() -> {
                List<Checkpoint> places = places();
                places.set(shard, reached.get(shard).at(event.position()));
                return Checkpoint.ofShards(places);
            });
        }

        private void passed(RecordedEvent event) {
            locked(() -> {
                changed.signalAll();
                return reached.set(shard, reached.get(shard).at(event.position()));
            });
        }

        @Override
        public void caughtUp(Checkpoint checkpoint) throws Exception {
            await(() -> ready);
            inTurn(() -> {
                boolean isLast =
                        locked(() -> {
                            partLive[shard] = true;
                            reached.set(shard, checkpoint);
                            return allLive() && !live;
                        });
                if (isLast) {
                    live = true;
                    handler.caughtUp(checkpoint());
                }
            });
        }

        @Override
        public void fellBehind(Checkpoint checkpoint) throws Exception {
            await(() -> ready);
            inTurn(() -> {
                locked(() -> partLive[shard] = false);
                if (live) {
                    live = false;
                    handler.fellBehind(checkpoint());
                }
            });
        }
    }

    private boolean allLive() {
        for (boolean each : partLive) {
            if (!each) {
                return false;
            }
        }
        return true;
    }

    /** How far a shard was followed; only while the lock is held. */
    private Checkpoint place(int shard) {
        return reached.get(shard).later(parts.get(shard).checkpoint());
    }

    /** Waits for something, unless this ends: then the event at hand stays unhandled. */
    private void await(BooleanSupplier fact) {
        lock.lock();
        try {
            while (!ending && !fact.getAsBoolean()) {
                changed.awaitUninterruptibly();
            }
            if (ending) {
                throw new EndedException();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Calls the handler when it is this thread's turn. */
    private void inTurn(Call call) throws Exception {
        long ticket = locked(() -> tickets++);
        await(() -> turn == ticket);
        locked(() -> inHandler = Thread.currentThread());
        try {
            call.make();
        } catch (Throwable thrown) {
            fail(thrown);
            throw thrown;
        } finally {
            locked(() -> {
                inHandler = null;
                turn++;
                changed.signalAll();
                return turn;
            });
        }
    }

    private void fail(Throwable cause) {
        locked(() -> {
            failure = failure == null ? cause : failure;
            ending = true;
            changed.signalAll();
            return ending;
        });
    }

    /** The follower of a shard has ended: so does this. */
    private void partEnded(@Nullable Throwable cause) {
        Throwable plain =
                cause instanceof CompletionException wrapped && wrapped.getCause() != null
                        ? wrapped.getCause()
                        : cause;
        if (plain instanceof EndedException) {
            return;
        }
        boolean isExpected = locked(() -> ending && plain == null);
        if (!isExpected) {
            fail(plain == null ? StoreUnavailableException.closing("the subscription") : plain);
        }
    }

    /** Waits until this is to end, then ends it. Run by the closer. */
    private void end() {
        lock.lock();
        try {
            while (!ending) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        parts.forEach(Subscription::close);
        live = false;
        onEnd.accept(this);
        Throwable cause = locked(() -> failure);
        if (cause == null) {
            completion.complete(null);
        } else {
            completion.completeExceptionally(cause);
        }
        ended.countDown();
    }

    @Override
    public Checkpoint checkpoint() {
        return locked(() -> Checkpoint.ofShards(places()));
    }

    /** How far each shard was followed; only while the lock is held. */
    private List<Checkpoint> places() {
        List<Checkpoint> places = new ArrayList<>();
        for (int shard = 0; shard < parts.size(); shard++) {
            places.add(place(shard));
        }
        return places;
    }

    @Override
    public boolean isLive() {
        return live;
    }

    @Override
    public CompletableFuture<Void> completion() {
        return completion.copy();
    }

    @Override
    public void close() {
        locked(() -> {
            ending = true;
            changed.signalAll();
            return ending;
        });
        awaitEnd();
    }

    /** Ends the subscription because its store is closed. */
    void closeWithStore() {
        if (!locked(() -> ending)) {
            fail(StoreUnavailableException.closing("the subscription"));
        }
        awaitEnd();
    }

    /**
     * Waits until the handler will not be called again; returns at once in the handler itself, and
     * in what depends on the completion.
     */
    private void awaitEnd() {
        Thread self = Thread.currentThread();
        if (self.equals(closer) || locked(() -> self.equals(inHandler))) {
            return;
        }
        Uninterrupted.await(ended);
    }

    private <T extends @Nullable Object> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
