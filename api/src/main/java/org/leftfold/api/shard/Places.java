package org.leftfold.api.shard;

import java.util.Set;
import java.util.TreeSet;
import org.leftfold.api.StreamName;

/**
 * Finds streams. A stream begins in the shard that its name says; the event that ended it there
 * names the next one, and so on: every program finds it by what is stored, whoever moved it. Safe
 * for any thread.
 */
final class Places {
    private final ShardSet shards;

    Places(ShardSet shards) {
        this.shards = shards;
    }

    /** Where a stream is, as far as is known here; it may have been moved since. */
    Place known(StreamName stream) {
        return find(stream, false);
    }

    /** Where a stream is, or was at some moment of this call. */
    Place find(StreamName stream) {
        return find(stream, true);
    }

    /** Whether a stream is still where it was known to be, or was at some moment of this call. */
    boolean isStill(StreamName stream, Place place) {
        shards.refresh(place.shard());
        if (place.leaving() != null) {
            shards.refresh(place.leaving().peer());
        }
        return known(stream).equals(place);
    }

    /** The shards that have, or had, events of a stream, as far as is known here. */
    Set<Integer> path(StreamName stream) {
        Set<Integer> path = new TreeSet<>();
        path.add(shards.placement().home(stream));
        for (int shard = 0; shard < shards.size(); shard++) {
            if (!shards.track(shard, stream).isEmpty()) {
                path.add(shard);
            }
        }
        return path;
    }

    private Place find(StreamName stream, boolean fresh) {
        int shard = shards.placement().home(stream);
        Track track = track(shard, stream, fresh);
        long move = 0;
        Place left = new Place(shard, track, null);
        while (true) { // ends, for the number of the move rises with each step
            Control last = track.last();
            if (last == null || last.move() < move) {
                return left; // it has not begun to arrive, or was never moved
            }
            switch (last.kind()) {
                case ARRIVED -> {
                    return new Place(shard, track, null);
                }
                case ARRIVING -> {
                    return origin(stream, shard, last, fresh);
                }
                case LEFT -> {
                    left = new Place(shard, track, last);
                    move = last.move();
                    shard = last.peer();
                    track = track(shard, stream, fresh);
                }
            }
        }
    }

    private Place origin(StreamName stream, int shard, Control arriving, boolean fresh) {
        Track track = track(arriving.peer(), stream, fresh);
        Control departure = track.departure(arriving.move());
        if (departure == null && !fresh) {
            track = track(arriving.peer(), stream, true);
            departure = track.departure(arriving.move());
        }
        if (departure == null) {
            throw ShardErrors.behind(
                    shards.name(arriving.peer()),
                    shards.name(shard),
                    "the departure of stream '%s'".formatted(stream));
        }
        return new Place(arriving.peer(), track, departure);
    }

    private Track track(int shard, StreamName stream, boolean fresh) {
        if (fresh) {
            shards.refresh(shard);
        }
        return shards.track(shard, stream);
    }
}
