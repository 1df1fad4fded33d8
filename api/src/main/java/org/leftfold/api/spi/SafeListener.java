package org.leftfold.api.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a listener that throws, against its contract, from stopping the store: the first failure is
 * kept. For those who implement a store. Safe for any thread.
 */
public final class SafeListener implements StoreListener {
    private final StoreListener listener;
    private volatile @Nullable Throwable failure; // written by any thread, read by any

    /** Shields from a listener. */
    public SafeListener(StoreListener listener) {
        this.listener = listener;
    }

    /** What the listener threw first, if it did. */
    public @Nullable Throwable failure() {
        return failure;
    }

    private void tell(Runnable call) {
        try {
            call.run();
        } catch (Throwable e) {
            if (failure == null) {
                failure = e;
            }
        }
    }

    @Override
    public void committed(int appends, int events, long bytes, Duration took) {
        tell(() -> listener.committed(appends, events, bytes, took));
    }

    @Override
    public void refused(String code) {
        tell(() -> listener.refused(code));
    }

    @Override
    public void stopped(Throwable cause) {
        tell(() -> listener.stopped(cause));
    }

    @Override
    public void noticed(String text) {
        tell(() -> listener.noticed(text));
    }

    @Override
    public void opened(long events, long droppedBytes, Duration took) {
        tell(() -> listener.opened(events, droppedBytes, took));
    }
}
