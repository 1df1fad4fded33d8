package org.leftfold.testkit.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.framework.repository.Waiting;

/**
 * Does not wait, but remembers how long it should have, and lets that time go by on a clock. Give
 * it to a repository: {@code define(...).waiting(new RecordedWaiting())}. Safe for any thread.
 */
public final class RecordedWaiting implements Waiting {
    private final @Nullable ManualClock clock;
    private final List<Duration> pauses = new ArrayList<>(); // guarded by itself

    /** Moves no clock. */
    public RecordedWaiting() {
        this.clock = null;
    }

    /** Moves this clock on by each pause, at its longest. */
    public RecordedWaiting(ManualClock clock) {
        this.clock = clock;
    }

    @Override
    public void pause(Duration longest) {
        synchronized (pauses) {
            pauses.add(longest);
        }
        if (clock != null) {
            clock.advance(longest);
        }
    }

    /** All pauses so far, in order; each is the longest that was allowed. */
    public List<Duration> pauses() {
        synchronized (pauses) {
            return List.copyOf(pauses);
        }
    }

    /** All of them together. */
    public Duration total() {
        return pauses().stream().reduce(Duration.ZERO, Duration::plus);
    }
}
