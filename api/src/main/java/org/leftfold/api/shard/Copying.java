package org.leftfold.api.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.leftfold.api.Events;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * The events of a stream that have to be copied from one shard to another, in pieces. What the
 * target has of them already is not copied again, unless some of it was taken away there that can
 * still be read in the source: then all of it is, so that a move hides nothing. Used by one thread.
 */
final class Copying {
    /** Copies of one append: far below the limits, few enough for a short wait of other appends. */
    private static final int MAX_COPIES = 256;

    private static final long MAX_COPIED_BYTES = 4L << 20;

    private final ShardSet shards;
    private final StreamName stream;
    private final int source;
    private final Track sourceTrack;
    private final int target;
    private final List<NewEvent> piece = new ArrayList<>();
    private long pieceBytes;

    Copying(ShardSet shards, StreamName stream, Place source, int target) {
        this.shards = shards;
        this.stream = stream;
        this.source = source.shard();
        this.sourceTrack = source.track();
        this.target = target;
    }

    /** Gets what is to be copied. */
    interface Sink {
        /** The next event, by its version, before it is in any piece. */
        void next(long version, RecordedEvent event);
    }

    /**
     * The first version that can be read in the source.
     *
     * @param last version of the stream there, as the shard counts
     */
    long firstShown(long last) {
        return firstShown(source, sourceTrack, last);
    }

    private long firstShown(int shard, Track track, long last) {
        ReadRequest all =
                ReadRequest.stream(stream).afterVersion(track.hiddenUpTo()).toVersion(last);
        try (Events events = shards.store(shard).read(all)) {
            while (events.hasNext()) {
                RecordedEvent event = events.next();
                if (!Marks.isOwn(event)) {
                    return track.version(event.version());
                }
            }
        }
        return track.streamVersion(last) + 1;
    }

    /**
     * The version from which on the target needs copies.
     *
     * @param track of the target
     * @param inner version of the stream in the target, as it counts
     * @param last version of the stream in the source, as it counts
     */
    long due(Track track, long inner, long last) {
        long next = track.streamVersion(inner) + 1;
        long first = firstShown(last);
        return first < next && firstShown(target, track, inner) > first ? first : next;
    }

    /**
     * Goes through the events from a version on.
     *
     * @param last up to this version of the source, as it counts
     */
    void forEach(long due, long last, Sink sink) {
        ReadRequest rest =
                ReadRequest.stream(stream)
                        .afterVersion(
                                Math.max(
                                        sourceTrack.hiddenUpTo(),
                                        sourceTrack.lastAtOrBelow(due - 1)))
                        .toVersion(last);
        try (Events events = shards.store(source).read(rest)) {
            while (events.hasNext()) {
                RecordedEvent event = events.next();
                if (!Marks.isOwn(event)) {
                    sink.next(sourceTrack.version(event.version()), event);
                }
            }
        }
    }

    /** Adds a copy to the piece at hand; gives a full one to {@code full} before. */
    void add(RecordedEvent event, Consumer<List<NewEvent>> full) {
        NewEvent copy = Marks.copyOf(event, shards.placement().whole(source, event.position()));
        // an id may be in a stream twice, but not in one append
        boolean isTwice = piece.stream().anyMatch(other -> other.id().equals(copy.id()));
        if (isTwice
                || piece.size() == MAX_COPIES
                || pieceBytes + copy.sizeBytes() > MAX_COPIED_BYTES) {
            flush(full);
        }
        piece.add(copy);
        pieceBytes += copy.sizeBytes();
    }

    /** Gives the piece at hand, if there is one. */
    void flush(Consumer<List<NewEvent>> full) {
        if (!piece.isEmpty()) {
            full.accept(List.copyOf(piece));
            piece.clear();
            pieceBytes = 0;
        }
    }
}
