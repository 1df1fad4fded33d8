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
    private final ReadAhead readAhead;

    IndexedEvents(
            ReadRequest request,
            EventIndex index,
            boolean filter,
            PositionCursor positions,
            EventFetcher fetcher,
            ReadAhead readAhead) {
        super(request, index, filter);
        this.positions = positions;
        this.fetcher = fetcher;
        this.readAhead = readAhead;
        this.backward = request.isBackward();
    }

    @Override
    @Nullable RecordedEvent fetchNext() {
        long position = positions.next();
        while (position != PositionCursor.END) {
            long begin = readAhead.begin();
            RecordedEvent event =
                    backward ? fetcher.fetchBackward(position) : fetcher.fetch(position);
            readAhead.end(begin);
            if (event != null) {
                return event;
            }
            position = positions.next();
        }
        return null;
    }

    @Override
    void closeResources() {
        readAhead.close();
    }
}
