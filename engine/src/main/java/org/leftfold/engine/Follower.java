package org.leftfold.engine;

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
import org.leftfold.engine.log.Log;

/**
 * One follower: reads up to the head, waits until the head moves, reads on (G9). It never holds
 * events beside the log, so there is no hand-over from reading to following that could lose or
 * repeat one. Runs on a virtual thread.
 */
final class Follower implements Subscription, Runnable {
    private final FollowRequest request;
    private final EventHandler handler;
    private final Log log;
    private final Reads reads;
    private final HeadSignal signal;
    private final EmbeddedEventStore.Backing backing;
    private final UUID epoch;
    private final Consumer<Follower> onEnd;
    private final CompletableFuture<Void> completion = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;

    private volatile long position; // written by the follower's thread, read by all
    private volatile boolean live; // written by the follower's thread, read by all
    private volatile boolean closed; // written by close, read by the follower's thread
    private volatile boolean
            storeClosed; // written by the store's close, read by the follower's thread

    /**
     * What a follower reads from.
     *
     * @param log says how far it may read
     * @param reads opens reads
     * @param signal tells when there is more
     * @param backing says whether somebody watches for more
     * @param epoch of the store
     */
    record Source(
            Log log,
            Reads reads,
            HeadSignal signal,
            EmbeddedEventStore.Backing backing,
            UUID epoch) {}

    /**
     * A follower that is not started yet.
     *
     * @param onEnd told when it has ended
     */
    Follower(FollowRequest request, EventHandler handler, Source source, Consumer<Follower> onEnd) {
        this.request = request;
        this.handler = handler;
        this.log = source.log();
        this.reads = source.reads();
        this.signal = source.signal();
        this.backing = source.backing();
        this.epoch = source.epoch();
        this.onEnd = onEnd;
        this.position = startOf(request, log.durableEnd().head());
        this.thread = Thread.ofVirtual().name("leftfold-follower").unstarted(this);
    }

    private long startOf(FollowRequest what, long head) {
        return switch (what.start()) {
            case FollowRequest.Start.Beginning beginning -> 0;
            case FollowRequest.Start.Now now -> head;
            case FollowRequest.Start.After after -> after.checkpoint().positionIn(epoch, head);
        };
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        Throwable failure = null;
        try {
            while (!isEnding()) {
                if (backing.isFailing()) {
                    backing.refresh();
                }
                deliver(log.durableEnd().head());
                if (!isEnding() && log.durableEnd().head() == position) {
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
        return isEnding() || log.durableEnd().head() > position || backing.isFailing();
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
        try (Events events = reads.open(ReadRequest.of(request.query()).after(position).to(head))) {
            while (!isEnding() && events.hasNext()) {
                RecordedEvent event = events.next();
                handler.handle(event);
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
        return Checkpoint.of(epoch, position);
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
    void closeWithStore() {
        storeClosed = true;
        signal.headMoved();
        awaitEnd();
    }

    private void awaitEnd() {
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
