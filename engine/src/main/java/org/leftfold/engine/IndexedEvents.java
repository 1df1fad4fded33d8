package org.leftfold.engine;

import org.jspecify.annotations.Nullable;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.index.PositionCursor;

/** A read that takes its positions from the index and fetches one frame after the other. */
final class IndexedEvents extends StoredEvents {
    private final PositionCursor positions;
    private final EventFetcher fetcher;
    private final boolean backward;

    IndexedEvents(
            ReadRequest request,
            EventIndex index,
            boolean filter,
            PositionCursor positions,
            EventFetcher fetcher) {
        super(request, index, filter);
        this.positions = positions;
        this.fetcher = fetcher;
        this.backward = request.isBackward();
    }

    @Override
    @Nullable RecordedEvent fetchNext() {
        long position = positions.next();
        while (position != PositionCursor.END) {
            RecordedEvent event =
                    backward ? fetcher.fetchBackward(position) : fetcher.fetch(position);
            if (event != null) {
                return event;
            }
            position = positions.next();
        }
        return null;
    }
}
