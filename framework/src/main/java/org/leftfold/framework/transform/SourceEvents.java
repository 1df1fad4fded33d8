package org.leftfold.framework.transform;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * The events of a source in its order, without notes about copies that were made into it. In a
 * sharded source positions have to rise with versions, which they do not where a stream was moved.
 * For one thread.
 */
final class SourceEvents {
    private static final int MAX_STREAMS = 50_000; // about 10 MiB

    private final EventStore source;
    private final boolean isSharded;
    private final long upTo;
    private final Map<StreamName, Long> versions =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<StreamName, Long> eldest) {
                    return size() > MAX_STREAMS;
                }
            };
    private long after;
    private long read;

    /** Events above {@code after} up to and including {@code upTo}. */
    SourceEvents(EventStore source, long after, long upTo) {
        this.source = source;
        this.isSharded = Outputs.isSharded(source);
        this.after = isSharded ? 0 : after; // below a position new ones may have come
        this.upTo = upTo;
    }

    /** Visits them until the visitor gives false. */
    void forEach(Predicate<RecordedEvent> visitor) {
        try (Events events = source.read(ReadRequest.all().after(after).to(upTo))) {
            while (events.hasNext()) {
                RecordedEvent event = events.next();
                if (event.stream().category().equals(CopyNotes.CATEGORY)) {
                    continue;
                }
                if (isSharded) {
                    requireOrder(event);
                }
                read++;
                if (!visitor.test(event)) {
                    return;
                }
            }
        }
    }

    private void requireOrder(RecordedEvent event) {
        long expectedAbove = versions.getOrDefault(event.stream(), 0L);
        if (expectedAbove == 0 && event.version() > 1) {
            expectedAbove = versionPassed(event);
        }
        if (event.version() <= expectedAbove) {
            throw TransformErrors.shardedSource(
                    "stream '%s' was moved, and version %d stands behind version %d"
                            .formatted(event.stream(), event.version(), expectedAbove));
        }
        versions.put(event.stream(), event.version());
    }

    /** The version of an event of the same stream that should stand behind this one, or 0. */
    private long versionPassed(RecordedEvent event) {
        long version = 0;
        ReadRequest before =
                ReadRequest.stream(event.stream()).toVersion(event.version() - 1).backward();
        try (Events events = source.read(before.limit(1))) {
            if (events.hasNext() && events.next().position() > event.position()) {
                version = Long.MAX_VALUE;
            }
        }
        return version;
    }

    /** How far they go. */
    long upTo() {
        return upTo;
    }

    /** How many were visited. */
    long read() {
        return read;
    }
}
