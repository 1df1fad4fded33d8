package org.leftfold.engine;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Events;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.index.PositionCursor;
import org.leftfold.engine.index.QueryPlan;
import org.leftfold.engine.index.StreamPostings;
import org.leftfold.engine.log.Log;

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
    private final Helpers helpers;

    Reads(Log log, EventIndex index, Helpers helpers) {
        this.log = log;
        this.index = index;
        this.helpers = helpers;
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
        helpers.close();
    }

    Events open(ReadRequest request) {
        Log.End end = log.durableEnd();
        long after = request.afterPosition();
        long to = Math.min(request.toPosition(), end.head());
        StreamName only = onlyStream(request.query());
        if (only != null) {
            StreamPostings stream = index.stream(only);
            long version = stream.positions().countUpTo(end.head());
            if (request.afterVersion() >= version || request.toVersion() == 0) {
                return empty(request);
            }
            if (request.afterVersion() > 0) {
                after = Math.max(after, stream.positionOf(request.afterVersion()));
            }
            to = Math.min(to, stream.positionOf(Math.min(version, request.toVersion())));
        }
        if (after >= to || request.limit() == 0) {
            return empty(request);
        }
        if (request.query().isEverything()) {
            return request.isBackward()
                    ? indexed(request, asksVersions(request), countdown(after, to))
                    : walk(request, asksVersions(request), end, after, to);
        }
        QueryPlan plan = QueryPlan.of(request.query(), index);
        if (!request.isBackward()
                && plan.candidates() > (to - after) / WALK_FACTOR
                && only == null) {
            return walk(request, true, end, after, to);
        }
        boolean filter = only == null && asksVersions(request);
        return indexed(request, filter, plan.positions(after, to, request.isBackward()));
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
        return new IndexedEvents(request, index, filter, positions, new EventFetcher(log, index));
    }

    private Events walk(ReadRequest request, boolean filter, Log.End end, long after, long to) {
        return new ScannedEvents(
                request, index, filter, new ScannedEvents.LogRange(log, end, after, to), helpers);
    }

    private Events empty(ReadRequest request) {
        return indexed(request, false, () -> PositionCursor.END);
    }

    private static PositionCursor countdown(long after, long to) {
        return new PositionCursor() {
            private long position = to + 1;

            @Override
            public long next() {
                return position - 1 > after ? --position : END;
            }
        };
    }
}
