package org.leftfold.api.shard;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Events;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;

/**
 * Opens reads. A read is opened first, and then it is asked whether streams were moved meanwhile;
 * if so it is opened once more, one over all shards up to a cut that parts no departure from its
 * arrival. Safe for any thread.
 */
final class ShardReads {
    private final ShardSet shards;
    private final Places places;
    private final SeenVersions seen;

    ShardReads(ShardSet shards, Places places, SeenVersions seen) {
        this.shards = shards;
        this.places = places;
        this.seen = seen;
    }

    Events open(ReadRequest request) {
        StreamName stream = onlyStream(request.query());
        ShardEvents.Source source = stream == null ? merged(request) : ofStream(stream, request);
        return new ShardEvents(source, request.limit());
    }

    /** The one stream that all events of a query are in, or null. */
    private static @Nullable StreamName onlyStream(Query query) {
        Set<StreamName> first = query.items().getFirst().streams();
        if (first.size() != 1) {
            return null;
        }
        for (QueryItem item : query.items()) {
            if (!item.streams().equals(first)) {
                return null;
            }
        }
        return first.iterator().next();
    }

    private ShardEvents.Source ofStream(StreamName stream, ReadRequest request) {
        Place place = places.known(stream);
        for (int attempt = 1; attempt <= ShardAppends.MAX_ATTEMPTS; attempt++) {
            Place at = place;
            StreamSource source = new StreamSource(shards, seen, stream, at, request);
            if (isValid(source, () -> places.isStill(stream, at))) {
                return source;
            }
            place = places.find(stream);
        }
        throw ShardErrors.moving(stream);
    }

    private ShardEvents.Source merged(ReadRequest request) {
        long known = shards.knownControls();
        MergedSource source = new MergedSource(shards, request, null);
        // Else a stream could be seen where it arrived, and not up to where it left.
        return isValid(source, () -> isUnmoved(known))
                ? source
                : new MergedSource(shards, request, shards.cut());
    }

    private boolean isUnmoved(long known) {
        shards.refresh();
        return shards.knownControls() == known;
    }

    /** Asks, and closes a source that is not to be used. */
    private static boolean isValid(ShardEvents.Source source, Question question) {
        boolean valid = false;
        try {
            valid = question.ask();
            return valid;
        } finally {
            if (!valid) {
                source.close();
            }
        }
    }

    private interface Question {
        boolean ask();
    }
}
