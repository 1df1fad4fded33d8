package org.leftfold.framework.projection;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamWrite;

/** An append that waits to be made, and what became of it. Safe for any thread. */
final class InlineRequest {
    /**
     * Whoever waits for longer has met one that hangs, or a handler that waits for this append on
     * another thread, while it is waited for itself.
     */
    private static final long PATIENCE_SECONDS = 60;

    private final Append append;
    private final Thread caller = Thread.currentThread();
    private final long bytes;
    private final AtomicBoolean isTaken = new AtomicBoolean();
    private final CompletableFuture<Boolean> patience = new CompletableFuture<>();
    private final CompletableFuture<Made> outcome = new CompletableFuture<>();

    /**
     * What became of an append.
     *
     * @param result where its events are
     * @param afterwards what is to be done now that it is committed
     */
    record Made(AppendResult result, List<Runnable> afterwards) {
        /** Does what is to be done. */
        AppendResult finish() {
            afterwards.forEach(Runnable::run);
            return result;
        }
    }

    InlineRequest(Append append) {
        this.append = append;
        long sum = 0;
        for (StreamWrite write : append.writes()) {
            for (NewEvent event : write.events()) {
                sum += event.sizeBytes();
            }
        }
        this.bytes = sum;
    }

    Append append() {
        return append;
    }

    /** Bytes of its events. */
    long bytes() {
        return bytes;
    }

    /** The thread that has asked, whose appends keep their order. */
    Thread caller() {
        return caller;
    }

    CompletableFuture<Made> outcome() {
        return outcome;
    }

    /** Begins to wait; gives up when that takes too long. */
    void await() {
        CompletableFuture<Void> unused =
                patience.completeOnTimeout(true, PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .thenRun(this::giveUp);
    }

    private void giveUp() {
        if (take()) {
            fail(
                    new StoreUnavailableException(
                            "LF-3016",
                            "an append with its views has waited for %d s behind others, and was not begun; nothing was stored. Append again; if it stays so, the handler of an inline projection hangs."
                                    .formatted(PATIENCE_SECONDS),
                            null));
        }
    }

    /** Whether it is the caller's to make; another may have been quicker, or it was given up. */
    boolean take() {
        if (!isTaken.compareAndSet(false, true)) {
            return false;
        }
        boolean unused = patience.cancel(false);
        return true;
    }

    void complete(Made made) {
        boolean unused = outcome.complete(made);
    }

    void fail(Throwable why) {
        boolean unused = outcome.completeExceptionally(why);
    }
}
