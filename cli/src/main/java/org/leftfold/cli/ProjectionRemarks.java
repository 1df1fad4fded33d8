package org.leftfold.cli;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.leftfold.api.spi.ParkedEvent;
import org.leftfold.api.spi.ParkedEvent.State;
import org.leftfold.cli.terminal.Console;
import org.leftfold.framework.projection.ProjectionListener;

/** Collects what a command has to say about projections at work. Safe for any thread. */
final class ProjectionRemarks implements ProjectionListener {
    /** More than that tell nothing new. */
    private static final int MAX_PARKED = 10;

    private final Queue<String> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger parked = new AtomicInteger();

    @Override
    public void parked(String projection, ParkedEvent event) {
        if (event.state() == State.HELD) {
            return; // that its key waits was said
        }
        int number = parked.incrementAndGet();
        if (number <= MAX_PARKED) {
            waiting.add(
                    "%s@%d is %s, for key '%s': %s"
                            .formatted(
                                    event.stream(),
                                    event.version(),
                                    event.state() == State.FAILED ? "parked" : "left out",
                                    event.key(),
                                    event.error()));
        } else if (number == MAX_PARKED + 1) {
            waiting.add("more events fail; leftfold projections parked lists them");
        }
    }

    @Override
    public void waiting(String projection, Throwable failure) {
        waiting.add("'%s' waits: %s".formatted(projection, failure.getMessage()));
    }

    @Override
    public void effectFailed(String projection, Throwable failure) {
        waiting.add("an effect of '%s' failed: %s".formatted(projection, failure));
    }

    /** Whether there is something to say. */
    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Says what was noticed since the last time. */
    void tell(Console console) {
        for (String text = waiting.poll(); text != null; text = waiting.poll()) {
            console.err().line("note: " + EventPrinter.visible(text));
        }
    }
}
