package org.leftfold.api.shard;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * The events of moves in one shard, kept in memory as far as they were read: about 2,000 bytes for
 * each move. Nothing rests on it being up to date but what was asked after a {@link #refresh}. Safe
 * for any thread.
 */
final class ShardMoves {
    private final EventStore store;
    private final Map<StreamName, Track> tracks = new ConcurrentHashMap<>();
    private final AtomicLong readTo = new AtomicLong(); // everything up to here is known
    private final AtomicLong count = new AtomicLong();

    ShardMoves(EventStore store) {
        this.store = store;
    }

    /** Reads on. Whatever was in the shard before the call is known afterwards. */
    void refresh() {
        long last = 0;
        try (Events events = store.read(ReadRequest.of(Marks.NOTES).after(readTo.get()))) {
            while (events.hasNext()) {
                RecordedEvent event = events.next();
                Control control = Marks.control(event);
                if (control != null) {
                    add(control);
                }
                last = event.position();
            }
        }
        readTo.accumulateAndGet(last, Math::max);
    }

    /** Adds one that was met on the way; all of this stream before it are known. */
    void add(Control control) {
        tracks.compute(control.stream(), (name, track) -> grown(track, control));
    }

    private Track grown(@Nullable Track track, Control control) {
        Track before = track == null ? Track.NONE : track;
        Track after = before.with(control);
        count.addAndGet(after.controls().size() - before.controls().size());
        return after;
    }

    Track track(StreamName stream) {
        return tracks.getOrDefault(stream, Track.NONE);
    }

    /** How many are known. */
    long count() {
        return count.get();
    }
}
