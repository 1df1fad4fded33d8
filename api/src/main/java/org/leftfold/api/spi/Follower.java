package org.leftfold.api.spi;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.Events;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.Subscription;

/**
 * One follower, for those who implement a store: reads up to the head, waits until the head moves,
 * reads on (G9). It never holds events beside the log, so there is no hand-over from reading to
 * following that could lose or repeat one. Runs on a virtual thread.
 */
public final class Follower implements Subscription {
    private final FollowRequest request;
    private final EventHandler handler;
    private final Source source;
    private final HeadSignal signal;
    private final Consumer<Follower> onEnd;
    private final CompletableFuture<Void> completion = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;

    private volatile long position; // written by the follower's thread, read by all
    private volatile boolean live; // written by the follower's thread, read by all
    private volatile boolean closed; // written by close, read by the follower's thread
    private volatile boolean
            storeClosed; // written by the store's close, read by the follower's thread

    /** What a follower reads from. Safe for any thread. */
    public interface Source {
        /** Epoch of the store. */
        UUID epoch();

        /**
         * Position up to which a follower may read now; asked before each round.
         *
         * @throws RuntimeException if that cannot be told any more, which ends the follower
         */
        long head();

        /**
         * Whether a follower at a position has something to do: there is more, or the source has
         * failed. Asked often, while it waits; throws nothing.
         */
        boolean hasNews(long position);

        /** Reads events. */
        Events read(ReadRequest request);
    }

    /**
     * A follower that is not started yet.
     *
     * @param signal told whenever {@link Source#hasNews} may have become true
     * @param onEnd told when it has ended
     * @throws org.leftfold.api.StaleCheckpointException if its checkpoint belongs to another
     *     history (LF-4002)
     */
    public Follower(
            FollowRequest request,
            EventHandler handler,
            Source source,
            HeadSignal signal,
            Consumer<Follower> onEnd) {
        this.request = request;
        this.handler = handler;
        this.source = source;
        this.signal = signal;
        this.onEnd = onEnd;
        this.position = startOf(request);
        this.thread = Thread.ofVirtual().name("leftfold-follower").unstarted(this::run);
    }

    private long startOf(FollowRequest what) {
        long head = source.head();
        return switch (what.start()) {
            case FollowRequest.Start.Beginning beginning -> 0;
            case FollowRequest.Start.Now now -> head;
            case FollowRequest.Start.After after ->
                    after.checkpoint().positionIn(source.epoch(), head);
        };
    }

    /** Begins to deliver. */
    public void start() {
        thread.start();
    }

    private void run() {
        Throwable failure = null;
        try {
            while (!isEnding()) {
                deliver(source.head());
                if (!isEnding() && !source.hasNews(position)) {
                    goLive();
                    signal.await(this::hasNews);
                }
            }
        } catch (
                Throwable
                        e) { // whatever the handler throws ends this subscription and nothing else
            failure = e;
        }
        end(failure);
    }

    private boolean hasNews() {
        return isEnding() || source.hasNews(position);
    }

    private boolean isEnding() {
        return closed || storeClosed;
    }

    private void deliver(long head) throws Exception {
        if (head == position) {
            return;
        }
        if (live && head - position > request.fallsBehindAfter()) {
            live = false;
            handler.fellBehind(checkpoint());
        }
        try (Events events =
                source.read(ReadRequest.of(request.query()).after(position).to(head))) {
            while (!isEnding() && events.hasNext()) {
                RecordedEvent event = events.next();
                handler.handle(event, Checkpoint.of(source.epoch(), event.position()));
                position = event.position();
            }
        }
        if (!isEnding()) {
            position = head;
        }
    }

    private void goLive() throws Exception {
        if (!live) {
            live = true;
            handler.caughtUp(checkpoint());
        }
    }

    private void end(@Nullable Throwable failure) {
        live = false;
        onEnd.accept(this);
        if (failure != null) {
            completion.completeExceptionally(failure);
        } else if (storeClosed && !closed) {
            completion.completeExceptionally(StoreUnavailableException.closing("the subscription"));
        } else {
            completion.complete(null);
        }
        ended.countDown();
    }

    @Override
    public Checkpoint checkpoint() {
        return Checkpoint.of(source.epoch(), position);
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
        closed = true;
        signal.headMoved();
        awaitEnd();
    }

    /** Ends the subscription because its store is closed. */
    public void closeWithStore() {
        storeClosed = true;
        signal.headMoved();
        awaitEnd();
    }

    private void awaitEnd() {
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        Uninterrupted.await(ended);
    }
}
