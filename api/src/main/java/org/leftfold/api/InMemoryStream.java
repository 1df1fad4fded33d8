package org.leftfold.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the events of one stream are, readable or not. Not safe for threads. */
final class InMemoryStream {
    private final List<Long> positions = new ArrayList<>();
    private final Map<EventId, Long> versions = new HashMap<>();
    private long firstKeptVersion = 1;

    /** Adds the next event and returns its version. */
    long add(EventId id, long position) {
        positions.add(position);
        versions.putIfAbsent(id, version());
        return version();
    }

    long version() {
        return positions.size();
    }

    long position(long version) {
        return positions.get((int) version - 1);
    }

    /**
     * The version that the event with this id was first stored as, or null if the id is unknown.
     */
    @Nullable Long versionOf(EventId id) {
        return versions.get(id);
    }

    /** The first version that may be read. */
    long firstKeptVersion() {
        return firstKeptVersion;
    }

    /** Makes versions below {@code version} unreadable. */
    void keepFrom(long version) {
        firstKeptVersion = version;
    }
}
