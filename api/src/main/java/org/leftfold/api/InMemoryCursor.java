package org.leftfold.api;

import org.jspecify.annotations.Nullable;

/**
 * Walks over the events of one read, up to where the store was when it began: along one stream if
 * the query names just one, along all positions otherwise. Not safe for threads.
 */
final class InMemoryCursor {
    private final InMemoryLog log;
    private final ReadRequest request;
    private final @Nullable InMemoryStream stream;

    /** Versions if there is a stream, positions otherwise; both ends belong to it. */
    private long lowest;

    private long highest;
    private long remaining;

    InMemoryCursor(InMemoryLog log, ReadRequest request) {
        this.log = log;
        this.request = request;
        this.remaining = request.limit();
        this.stream = onlyStream(log, request.query());
        if (stream == null) {
            lowest = Math.min(request.afterPosition(), log.head()) + 1;
            highest = Math.min(request.toPosition(), log.head());
        } else {
            lowest = Math.min(request.afterVersion(), stream.version()) + 1;
            highest = Math.min(request.toVersion(), stream.version());
        }
    }

    private static @Nullable InMemoryStream onlyStream(InMemoryLog log, Query query) {
        QueryItem first = query.items().getFirst();
        boolean isOne = query.items().size() == 1 && first.streams().size() == 1;
        return isOne ? log.stream(first.streams().iterator().next()) : null;
    }

    /** The next event, or null at the end. */
    @Nullable RecordedEvent next() {
        while (remaining > 0 && lowest <= highest) {
            long place = request.isBackward() ? highest-- : lowest++;
            RecordedEvent event = log.at(stream == null ? place : stream.position(place));
            if (event != null && request.covers(event)) {
                remaining--;
                return event;
            }
        }
        return null;
    }
}
