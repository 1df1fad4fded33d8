package org.leftfold.engine.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.leftfold.api.EventHandler;
import org.leftfold.api.RecordedEvent;

/** A handler that keeps what it was given, in order, and lets a test wait for it. */
public final class SeenEvents implements EventHandler {
    private static final long PATIENCE_SECONDS = 60;

    private final List<RecordedEvent> events = new ArrayList<>(); // under this

    @Override
    public synchronized void handle(RecordedEvent event) {
        events.add(event);
        notifyAll();
    }

    /** What came so far. */
    public synchronized List<RecordedEvent> events() {
        return List.copyOf(events);
    }

    /** Waits until this many came. */
    public synchronized void awaitCount(int count) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (events.size() < count) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            assertThat(left)
                    .as("%d of %d events came in time".formatted(events.size(), count))
                    .isPositive();
            wait(left);
        }
    }
}
