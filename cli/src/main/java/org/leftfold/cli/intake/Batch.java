package org.leftfold.cli.intake;

import java.util.List;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;

/**
 * Events for one stream that are appended together, and where they come from.
 *
 * @param stream the stream
 * @param file the file they were read from
 * @param events at least one, each with its line
 * @param mustWait whether an earlier batch for this stream may still be under way: all batches
 *     before this one are settled first, so that a batch that has to be repeated event by event
 *     cannot end up behind this one
 */
public record Batch(StreamName stream, String file, List<Sourced> events, boolean mustWait) {
    /**
     * An event and its origin.
     *
     * @param event the event
     * @param line where it stands in the file, from 1
     */
    public record Sourced(NewEvent event, long line) {}

    /** Copies the list. */
    public Batch {
        events = List.copyOf(events);
    }

    /** The events without their lines. */
    List<NewEvent> newEvents() {
        return events.stream().map(Sourced::event).toList();
    }

    /** The bytes that the events take. */
    long sizeBytes() {
        long sizeBytes = 0;
        for (Sourced sourced : events) {
            sizeBytes += sourced.event().sizeBytes();
        }
        return sizeBytes;
    }
}
