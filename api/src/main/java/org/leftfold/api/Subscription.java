package org.leftfold.api;

import java.util.concurrent.CompletableFuture;

/** A running follower. Safe for any thread. */
public interface Subscription extends AutoCloseable {
    /**
     * Everything up to here was handled or did not match: where a later subscription goes on
     * without gap or repeat.
     */
    Checkpoint checkpoint();

    /** Whether the follower has handled all that was there, and waits for new events. */
    boolean isLive();

    /**
     * Ends when the subscription ends: normally after {@link #close()}, exceptionally with what the
     * handler threw, with an {@link IntegrityException}, or with a {@link
     * StoreUnavailableException} when the store was closed under it.
     */
    CompletableFuture<Void> completion();

    /**
     * Ends the subscription. Waits for a handler call that is under way, and calls no method of the
     * handler afterwards; called by the handler itself it returns at once and this event is the
     * last. Closing again does nothing.
     */
    @Override
    void close();
}
