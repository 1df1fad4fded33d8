package org.leftfold.engine;

import org.jspecify.annotations.Nullable;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.index.PositionCursor;

/** A read that takes its positions from the index and fetches one frame after the other. */
final class IndexedEvents extends StoredEvents {
    /** So many places at once. */
    private static final int PORTION = 32;

    private final PositionCursor positions;
    private final EventFetcher fetcher;
    private final boolean backward;
    private final ReadAhead readAhead;
    private int placed; // the places of so many of the next positions were asked for

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
        long position = readAhead.nextPosition();
        while (position != PositionCursor.END) {
            askPlaces(position);
            long begin = readAhead.begin();
            RecordedEvent event =
                    backward ? fetcher.fetchBackward(position) : fetcher.fetch(position);
            readAhead.end(begin);
            if (event != null) {
                return event;
            }
            position = readAhead.nextPosition();
        }
        return null;
    }

    /**
     * Together places are found sooner than one by one, unless a disk has to be waited for, or
     * neighbours lie in one frame.
     */
    private void askPlaces(long position) {
        if (placed > 0) {
            placed--;
        } else if (readAhead.isIdle() && fetcher.isAlone()) {
            long[] next = positions.upcoming((int) Math.min(PORTION, left()) - 1);
            if (next.length > 0 && Math.abs(next[0] - position) > 1) {
                long[] together = new long[next.length + 1];
                together[0] = position;
                System.arraycopy(next, 0, together, 1, next.length);
                fetcher.expect(together);
                placed = next.length;
            }
        }
    }

    @Override
    void closeResources() {
        readAhead.close();
    }
}
