package org.leftfold.api.shard;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
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
    private final NavigableMap<Long, Control> arrivals = new ConcurrentSkipListMap<>();
    private final Queue<Control> unchecked = new ConcurrentLinkedQueue<>();
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
        if (after.controls().size() > before.controls().size()) {
            count.incrementAndGet();
            if (!control.is(Control.Kind.LEFT)) {
                arrivals.put(control.position(), control);
                unchecked.add(control);
            }
        }
        return after;
    }

    Track track(StreamName stream) {
        return tracks.getOrDefault(stream, Track.NONE);
    }

    /** How many are known. */
    long count() {
        return count.get();
    }

    /** Up to which position all of them are known. */
    long readTo() {
        return readTo.get();
    }

    /** The steps of arrivals above one position and up to another, in their order. */
    Iterable<Control> arrivals(long after, long to) {
        return after < to ? arrivals.subMap(after, false, to, true).values() : Set.of();
    }

    /** A step of an arrival that was not yet found to have its departure, or null. */
    @Nullable Control unchecked() {
        return unchecked.peek();
    }

    void checked(Control arrival) {
        unchecked.remove(arrival);
    }
}
