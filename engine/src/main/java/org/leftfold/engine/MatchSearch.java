package org.leftfold.engine;

import org.jspecify.annotations.Nullable;
import org.leftfold.api.Query;
import org.leftfold.api.RecordedEvent;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.index.EventIndex.Range;
import org.leftfold.engine.index.PositionCursor;
import org.leftfold.engine.log.Log;

/** Finds events that match and may be read. One thread. */
final class MatchSearch {
    private final Log log;
    private final EventIndex index;
    private @Nullable EventFetcher fetcher; // made when it is needed: most searches read nothing

    MatchSearch(Log log, EventIndex index) {
        this.log = log;
        this.index = index;
    }

    /** Position of the first readable match above {@code after} up to {@code to}, 0 for none. */
    long firstMatch(Query query, long after, long to) {
        PositionCursor positions = FoundPositions.of(query, index, new Range(after, to, false));
        long position = positions.next();
        while (position != PositionCursor.END && !isReadable(position)) {
            position = positions.next();
        }
        return Math.max(position, 0);
    }

    /** Whether the event at a position may be read. */
    boolean isReadable(long position) {
        if (!index.hasTruncations()) {
            return true;
        }
        EventFetcher reader = fetcher;
        if (reader == null) {
            reader = new EventFetcher(log, index);
            fetcher = reader;
        }
        RecordedEvent event = reader.fetch(position);
        return event != null && event.version() >= index.firstKeptVersion(event.stream());
    }
}
