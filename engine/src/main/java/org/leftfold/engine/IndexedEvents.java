package org.leftfold.engine;

import org.jspecify.annotations.Nullable;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.index.PositionCursor;

/** A read that takes its positions from the index and fetches one frame after the other. */
final class IndexedEvents extends StoredEvents {
    /** Few at first: if they have to come from the disk, they come one after the other. */
    private static final int FIRST_PORTION = 4;

    private static final int LARGEST_PORTION = 32;

    private final PositionCursor positions;
    private final EventFetcher fetcher;
    private final boolean backward;
    private final ReadAhead readAhead;
    private int portion = FIRST_PORTION; // of the next places to be asked for
    private int placed; // the places of so many of the next positions are known

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
            lookUpNext();
            if (event != null) {
                return event;
            }
            position = positions.next();
        }
        return null;
    }

    /** Together places are found sooner, unless the disk has to be waited for. */
    private void lookUpNext() {
        if (placed > 0) {
            placed--;
        } else if (readAhead.isIdle() && fetcher.isAlone()) {
            long[] next = positions.upcoming((int) Math.min(portion, left() - 1));
            if (next.length > 1) {
                expect(next);
                placed = next.length - 1;
                portion = Math.min(LARGEST_PORTION, 2 * portion);
            }
        }
    }

    private void expect(long[] next) {
        try {
            fetcher.expect(next);
        } catch (RuntimeException e) {
            // The event that needs it meets it again; the ones before it are whole.
        }
    }

    @Override
    void closeResources() {
        readAhead.close();
    }
}
