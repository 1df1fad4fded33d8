package org.leftfold.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A follower of an in-memory store, on a virtual thread of its own. That thread alone calls the
 * handler and moves the position; the lock of the store guards what it reads and when it is told to
 * end.
 */
final class InMemorySubscription implements Subscription {
    /** One call of the handler. */
    private interface Call {
        void make() throws Exception;
    }

    private final InMemoryEventStore store;
    private final FollowRequest request;
    private final EventHandler handler;
    private final Thread thread;
    private final CompletableFuture<Void> completion = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    private volatile long position; // written by the follower's thread, read by any
    private volatile boolean live; // written by the follower's thread, read by any
    private boolean closing; // guarded by the lock of the store

    InMemorySubscription(
            InMemoryEventStore store, FollowRequest request, EventHandler handler, long position) {
        this.store = store;
        this.request = request;
        this.handler = handler;
        this.position = position;
        this.thread = Thread.ofVirtual().name("leftfold-follower").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            Call call = nextCall();
            while (call != null) {
                call.make();
                call = nextCall();
            }
            end(null);
        } catch (Throwable failure) { // also an Error of a handler must reach whoever waits for the
            // completion
            end(failure);
        }
    }

    private void end(@Nullable Throwable failure) {
        live = false;
        store.forget(this);
        if (failure == null) {
            completion.complete(null);
        } else {
            completion.completeExceptionally(failure);
        }
        ended.countDown();
    }

    /**
     * Waits for the next thing that the handler is to be told; null when the subscription was
     * closed.
     */
    private @Nullable Call nextCall() {
        return store.locked(() -> {
            while (!closing) {
                if (store.isClosed()) {
                    throw StoreUnavailableException.closing("the subscription");
                }
                Call call = dueCall();
                if (call != null) {
                    return call;
                }
                store.changed().awaitUninterruptibly();
            }
            return null;
        });
    }

    private @Nullable Call dueCall() {
        long head = store.log().head();
        if (live && head - position > request.fallsBehindAfter()) {
            live = false;
            return () -> handler.fellBehind(checkpoint());
        }
        RecordedEvent event = store.log().firstMatch(request.query(), position);
        if (event != null) {
            position = event.position() - 1;
            return () -> {
                handler.handle(event, store.checkpointAt(event.position()));
                position = event.position();
            };
        }
        position = head;
        if (!live) {
            live = true;
            return () -> handler.caughtUp(checkpoint());
        }
        return null;
    }

    @Override
    public Checkpoint checkpoint() {
        return store.checkpointAt(position);
    }

    @Override
    public boolean isLive() {
        return live;
    }

    @Override
    public CompletableFuture<Void> completion() {
        return completion;
    }

    @Override
    public void close() {
        store.locked(() -> {
            closing = true;
            store.changed().signalAll();
            return closing;
        });
        awaitEnd();
    }

    /**
     * Waits until the handler will not be called again; returns at once in the thread that calls
     * it.
     */
    void awaitEnd() {
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
