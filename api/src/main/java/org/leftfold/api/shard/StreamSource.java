package org.leftfold.api.shard;

import org.jspecify.annotations.Nullable;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * The events of one stream, all of which the shard has where the stream is: its own and copies, in
 * the order of their versions. For one thread at a time.
 */
final class StreamSource implements ShardEvents.Source {
    private final ShardSet shards;
    private final SeenVersions seen;
    private final StreamName stream;
    private final Place place;
    private final ReadRequest request;
    private final Events inner;
    private long highest;

    StreamSource(
            ShardSet shards,
            SeenVersions seen,
            StreamName stream,
            Place place,
            ReadRequest request) {
        this.shards = shards;
        this.seen = seen;
        this.stream = stream;
        this.place = place;
        this.request = request;
        this.inner = shards.store(place.shard()).read(inner());
    }

    /**
     * What the shard is asked. Copies stand at other positions there, and hidden events between.
     */
    private ReadRequest inner() {
        Track track = place.track();
        if (!track.isEmpty()) {
            return new ReadRequest(
                    request.query(),
                    request.direction(),
                    0,
                    Long.MAX_VALUE,
                    Math.max(track.hiddenUpTo(), track.lastAtOrBelow(request.afterVersion())),
                    track.lastAtOrBelow(request.toVersion()),
                    Long.MAX_VALUE);
        }
        return new ReadRequest(
                request.query(),
                request.direction(),
                shards.placement().within(place.shard(), request.afterPosition()),
                shards.placement().within(place.shard(), request.toPosition()),
                request.afterVersion(),
                request.toVersion(),
                request.limit());
    }

    @Override
    public @Nullable RecordedEvent next() {
        while (inner.hasNext()) {
            RecordedEvent event = inner.next();
            if (Marks.isOwn(event)) {
                continue;
            }
            highest = Math.max(highest, event.version());
            RecordedEvent outside =
                    Marks.outside(
                            event,
                            shards.placement().whole(place.shard(), event.position()),
                            place.track().version(event.version()));
            if (outside.position() > request.afterPosition()
                    && outside.position() <= request.toPosition()) {
                return outside;
            }
        }
        return null;
    }

    @Override
    public void close() {
        seen.note(stream, place.shard(), place.track(), highest);
        inner.close();
    }
}
