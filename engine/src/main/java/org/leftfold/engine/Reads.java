package org.leftfold.engine;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Events;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.index.EventIndex.Range;
import org.leftfold.engine.index.PositionCursor;
import org.leftfold.engine.log.Log;
import org.leftfold.io.TimeSource;

/**
 * Chooses how a request is read: by the index, or by walking the log where most of it is wanted.
 * Safe for any thread.
 */
final class Reads implements AutoCloseable {
    /**
     * A walk passes an unwanted event about this many times faster than a fetch finds a wanted one.
     */
    private static final int WALK_FACTOR = 4;

    private final Log log;
    private final EventIndex index;
    private final TimeSource time;
    private final Helpers decoders;
    private final Helpers readers;

    /**
     * Reads of a log.
     *
     * @param time for noticing that a disk is slow
     * @param decoders help walks of the log
     * @param readers help reads by the index
     */
    Reads(Log log, EventIndex index, TimeSource time, Helpers decoders, Helpers readers) {
        this.log = log;
        this.index = index;
        this.time = time;
        this.decoders = decoders;
        this.readers = readers;
    }

    Log log() {
        return log;
    }

    EventIndex index() {
        return index;
    }

    /** Sends the helpers home; reads that go on do without them. */
    @Override
    public void close() {
        decoders.close();
        readers.close();
    }

    Events open(ReadRequest request) {
        Log.End end = log.durableEnd();
        long after = request.afterPosition();
        long to = Math.min(request.toPosition(), end.head());
        StreamName only = onlyStream(request.query());
        if (only != null && asksVersions(request)) {
            long version = index.versionAt(only, end.head());
            if (request.afterVersion() >= version || request.toVersion() == 0) {
                return empty(request);
            }
            if (request.afterVersion() > 0) {
                after = Math.max(after, index.positionOf(only, request.afterVersion()));
            }
            to = Math.min(to, index.positionOf(only, Math.min(version, request.toVersion())));
        }
        if (after >= to || request.limit() == 0) {
            return empty(request);
        }
        Range range = new Range(after, to, request.isBackward());
        if (!request.isBackward() && isWalk(request.query(), only, range)) {
            boolean filter = !request.query().isEverything() || asksVersions(request);
            return walk(request, filter, end, range);
        }
        boolean filter = only == null && asksVersions(request);
        return indexed(request, filter, FoundPositions.of(request.query(), index, range));
    }

    private boolean isWalk(Query query, @Nullable StreamName only, Range range) {
        return query.isEverything()
                || (only == null
                        && index.candidates(query, range)
                                > (range.to() - range.after()) / WALK_FACTOR);
    }

    private static boolean asksVersions(ReadRequest request) {
        return request.afterVersion() > 0 || request.toVersion() < Long.MAX_VALUE;
    }

    /** The stream, if a query asks for events of exactly one and nothing else. */
    private static @Nullable StreamName onlyStream(Query query) {
        if (query.items().size() != 1) {
            return null;
        }
        QueryItem item = query.items().getFirst();
        boolean plain =
                item.categories().isEmpty() && item.types().isEmpty() && item.tags().isEmpty();
        Set<StreamName> streams = item.streams();
        return plain && streams.size() == 1 ? streams.iterator().next() : null;
    }

    private Events indexed(ReadRequest request, boolean filter, PositionCursor positions) {
        ReadAhead.Source source = new ReadAhead.Source(log, index, time, readers);
        return new IndexedEvents(
                request,
                index,
                filter,
                positions,
                new EventFetcher(log, index),
                new ReadAhead(source, positions));
    }

    private Events walk(ReadRequest request, boolean filter, Log.End end, Range range) {
        return new ScannedEvents(
                request,
                index,
                filter,
                new ScannedEvents.LogRange(log, end, range.after(), range.to()),
                decoders);
    }

    private Events empty(ReadRequest request) {
        return indexed(request, false, () -> PositionCursor.END);
    }
}
