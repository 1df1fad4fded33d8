package org.leftfold.api.shard;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;

/**
 * The events of all shards in the order of their positions, each where it was first recorded. Holds
 * one read for each shard and one event of it. For one thread at a time.
 */
final class MergedSource implements ShardEvents.Source {
    /** One read of one shard. */
    private final class Part {
        private final int shard;
        private final Events inner;
        private @Nullable RecordedEvent front;

        Part(int shard) {
            this.shard = shard;
            this.inner = shards.store(shard).read(inner(shard));
        }

        @Nullable RecordedEvent front() {
            while (front == null && inner.hasNext()) {
                RecordedEvent event = inner.next();
                if (!Marks.isOwn(event) && !Marks.isCopy(event)) {
                    RecordedEvent outside = shards.outside(shard, event);
                    front = covers(outside) && shards.isShown(outside) ? outside : null;
                }
            }
            return front;
        }
    }

    private final ShardSet shards;
    private final ReadRequest request;
    private final long @Nullable [] cut;
    private final List<Part> parts = new ArrayList<>();

    /**
     * Opens a read in each shard.
     *
     * @param cut up to which position of each; null for all that is there
     */
    MergedSource(ShardSet shards, ReadRequest request, long @Nullable [] cut) {
        this.shards = shards;
        this.request = request;
        this.cut = cut;
        try {
            for (int shard = 0; shard < shards.size(); shard++) {
                parts.add(new Part(shard));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Where streams were moved, versions count otherwise, and there are events to be left out. */
    private ReadRequest inner(int shard) {
        boolean isPlain = shards.knownControls(shard) == 0;
        long to = shards.placement().within(shard, request.toPosition());
        return new ReadRequest(
                request.query(),
                request.direction(),
                shards.placement().within(shard, request.afterPosition()),
                cut == null ? to : Math.min(to, cut[shard]),
                isPlain ? request.afterVersion() : 0,
                isPlain ? request.toVersion() : Long.MAX_VALUE,
                isPlain ? request.limit() : Long.MAX_VALUE);
    }

    private boolean covers(RecordedEvent event) {
        return event.version() > request.afterVersion() && event.version() <= request.toVersion();
    }

    @Override
    public @Nullable RecordedEvent next() {
        Part first = null;
        RecordedEvent event = null;
        for (Part part : parts) {
            RecordedEvent front = part.front();
            if (front != null && (event == null || precedes(front, event))) {
                first = part;
                event = front;
            }
        }
        if (first != null) {
            first.front = null;
        }
        return event;
    }

    private boolean precedes(RecordedEvent one, RecordedEvent other) {
        return request.isBackward()
                ? one.position() > other.position()
                : one.position() < other.position();
    }

    @Override
    public void close() {
        parts.forEach(part -> part.inner.close());
    }
}
