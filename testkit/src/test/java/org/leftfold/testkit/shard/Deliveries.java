package org.leftfold.testkit.shard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * Keeps what a follower is told, and fails when two threads are in it at once, or an event of a
 * stream comes out of its order.
 */
final class Deliveries implements EventHandler {
    private static final int PATIENCE_SECONDS = 25;

    private final AtomicBoolean busy = new AtomicBoolean();
    private final Map<StreamName, Long> versions = new HashMap<>(); // in the handler only
    private final List<RecordedEvent> events = new ArrayList<>(); // guarded by this
    private final List<String> calls = new ArrayList<>(); // guarded by this
    private final Predicate<RecordedEvent> poison;

    Deliveries() {
        this(event -> false);
    }

    /** Throws at an event. */
    Deliveries(Predicate<RecordedEvent> poison) {
        this.poison = poison;
    }

    @Override
    public void handle(RecordedEvent event) {
        enter();
        if (poison.test(event)) {
            busy.set(false);
            throw new IllegalStateException("poison");
        }
        Long before = versions.put(event.stream(), event.version());
        if (before != null && before + 1 != event.version()) {
            throw new AssertionError(event + " comes behind version " + before);
        }
        synchronized (this) {
            events.add(event);
            calls.add("event");
            notifyAll();
        }
        busy.set(false);
    }

    @Override
    public void caughtUp(Checkpoint checkpoint) {
        tell("caught up");
    }

    @Override
    public void fellBehind(Checkpoint checkpoint) {
        tell("fell behind");
    }

    private void tell(String call) {
        enter();
        synchronized (this) {
            calls.add(call);
            notifyAll();
        }
        busy.set(false);
    }

    private void enter() {
        if (busy.getAndSet(true)) {
            throw new AssertionError("two calls of the handler at once");
        }
    }

    synchronized List<RecordedEvent> events() {
        return List.copyOf(events);
    }

    /** What it was told besides events. */
    synchronized List<String> signals() {
        return calls.stream().filter(call -> !call.equals("event")).toList();
    }

    /** Waits for so many events, unless the follower ends. */
    List<RecordedEvent> await(int count, CompletableFuture<Void> completion) {
        return await(() -> events.size() >= count, completion);
    }

    /** Waits for an event with this version. */
    void awaitLast(long version, CompletableFuture<Void> completion) {
        await(() -> events.stream().anyMatch(event -> event.version() == version), completion);
    }

    /** Waits for a signal as the last one of so many. */
    void awaitSignals(int count, CompletableFuture<Void> completion) {
        await(() -> signals().size() >= count, completion);
    }

    private synchronized List<RecordedEvent> await(
            java.util.function.BooleanSupplier fact, CompletableFuture<Void> completion) {
        long rounds = PATIENCE_SECONDS * 20;
        while (!fact.getAsBoolean()) {
            if (completion.isCompletedExceptionally()) {
                completion.join();
            }
            if (rounds-- == 0) {
                throw new AssertionError("it never came; there are " + events.size() + " events");
            }
            try {
                wait(TimeUnit.SECONDS.toMillis(1) / 20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
        return List.copyOf(events);
    }
}
