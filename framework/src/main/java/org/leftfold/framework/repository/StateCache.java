package org.leftfold.framework.repository;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.StreamName;

/**
 * The states that were used last. A state from here is only where a load begins: what was appended
 * behind it is read each time, so a stale one costs reading and nothing else (R53).
 *
 * <p>States that events change in place are handed out to one user at a time. Safe for any thread.
 */
final class StateCache<S> {
    /** A state, the version of the last event in it, and that of the snapshot it began with. */
    record Entry<S>(long version, long snapshotVersion, S state) {}

    private final int maxEntries;
    private final @Nullable UnaryOperator<S> copy;
    private final Map<StreamName, Entry<S>> entries; // guarded by itself

    /**
     * A cache of some states, or of none.
     *
     * @param copy of states that are changed in place: the cache keeps copies, which nobody else
     *     has
     */
    StateCache(int maxEntries, @Nullable UnaryOperator<S> copy) {
        this.maxEntries = maxEntries;
        this.copy = copy;
        this.entries = LinkedHashMap.newLinkedHashMap(Math.min(maxEntries, 1024));
    }

    /** A state, if there is one; nobody else gets it meanwhile if states are changed in place. */
    @Nullable Entry<S> take(StreamName stream) {
        if (maxEntries == 0) {
            return null;
        }
        synchronized (entries) {
            Entry<S> entry = entries.remove(stream);
            if (entry != null && copy == null) {
                entries.put(stream, entry); // it is the one that was used last now
            }
            return entry;
        }
    }

    /** Keeps a state. */
    void put(StreamName stream, long version, long snapshotVersion, S state) {
        if (maxEntries == 0) {
            return;
        }
        S own = copy == null ? state : copy.apply(state);
        Entry<S> entry = new Entry<>(version, snapshotVersion, own);
        synchronized (entries) {
            Entry<S> other = entries.remove(stream);
            entries.put(stream, other != null && other.version > version ? other : entry);
            if (entries.size() > maxEntries) {
                entries.remove(entries.keySet().iterator().next());
            }
        }
    }

    /** Keeps a state no longer. */
    void remove(StreamName stream) {
        synchronized (entries) {
            entries.remove(stream);
        }
    }
}
