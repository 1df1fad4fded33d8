package org.leftfold.jdbc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.leftfold.api.EventHandler;
import org.leftfold.api.RecordedEvent;

/**
 * Sees all events of a store, as a follower or a reader, and takes offence at each one that does
 * not stand right behind the one before. Safe for any thread.
 */
final class Witness implements EventHandler {
    private final String name;
    private final List<RecordedEvent> seen = new ArrayList<>(); // guarded by this

    Witness(String name) {
        this.name = name;
    }

    @Override
    public synchronized void handle(RecordedEvent event) {
        if (event.position() != seen.size() + 1) {
            throw new AssertionError(
                    "%s saw position %d (stream %s, version %d) right after %d"
                            .formatted(
                                    name,
                                    event.position(),
                                    event.stream(),
                                    event.version(),
                                    seen.size()));
        }
        seen.add(event);
    }

    /** The last position seen. */
    synchronized long position() {
        return seen.size();
    }

    /** All that was seen, in order. */
    synchronized List<RecordedEvent> seen() {
        return List.copyOf(seen);
    }

    /** What it saw is what is in the log, from its beginning. */
    void agreesWith(List<RecordedEvent> log) {
        List<RecordedEvent> mine = seen();
        assertThat(log.size())
                .as("events in the log, of those that %s saw", name)
                .isGreaterThanOrEqualTo(mine.size());
        for (int i = 0; i < mine.size(); i++) {
            assertThat(log.get(i))
                    .as("position %d, seen by %s", i + 1, name)
                    .isEqualTo(mine.get(i));
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
