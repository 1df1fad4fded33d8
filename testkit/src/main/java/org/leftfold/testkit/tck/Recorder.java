package org.leftfold.testkit.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.RecordedEvent;

/** A handler that keeps what it is told, for a test thread that waits for it. */
final class Recorder implements EventHandler {
    private final BlockingQueue<RecordedEvent> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<Checkpoint> caughtUp = new LinkedBlockingQueue<>();
    private final BlockingQueue<Checkpoint> fellBehind = new LinkedBlockingQueue<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final @Nullable CountDownLatch gate;

    /** A recorder that never waits. */
    Recorder() {
        this.gate = null;
    }

    /** A recorder that waits in each event until the gate opens. */
    Recorder(CountDownLatch gate) {
        this.gate = gate;
    }

    @Override
    public void handle(RecordedEvent event) {
        entered.countDown();
        if (gate != null) {
            Together.await("the gate of the handler opens", gate);
        }
        calls.add("event " + event.position());
        events.add(event);
    }

    @Override
    public void caughtUp(Checkpoint checkpoint) {
        calls.add("caught up");
        caughtUp.add(checkpoint);
    }

    @Override
    public void fellBehind(Checkpoint checkpoint) {
        calls.add("fell behind");
        fellBehind.add(checkpoint);
    }

    /** Waits until the handler is in its first event. */
    void awaitEntered() {
        Together.await("the handler gets an event", entered);
    }

    /** Waits for the next {@code count} events. */
    List<RecordedEvent> next(int count) {
        List<RecordedEvent> taken = new ArrayList<>();
        while (taken.size() < count) {
            taken.add(take("event " + (taken.size() + 1) + " of " + count, events));
        }
        return taken;
    }

    /** Waits for the next events and checks their positions. */
    void expectPositions(List<Long> positions) {
        assertEquals(positions, Samples.positions(next(positions.size())));
    }

    Checkpoint awaitCaughtUp() {
        return take("caught up", caughtUp);
    }

    Checkpoint awaitFellBehind() {
        return take("fell behind", fellBehind);
    }

    /** Everything that the handler was told so far, in order. */
    List<String> calls() {
        return List.copyOf(calls);
    }

    private static <T> T take(String what, BlockingQueue<T> queue) {
        try {
            T next = queue.poll(Together.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertNotNull(next, "the follower never delivered: " + what);
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail("interrupted while waiting for: " + what, e);
        }
    }
}
