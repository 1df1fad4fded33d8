package org.leftfold.jdbc;

import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.leftfold.jdbc.sql.SqlErrors;

/**
 * The threads of this process that hold the append lock of a store by a joined transaction. A
 * thread that asks for the same lock on another connection waits for itself, which no database can
 * see: here it is refused. Known by epoch, so that two openings of one store are one. Safe for any
 * thread.
 */
final class LockHolders {
    private static final Map<Place, JoinedAppends> HOLDERS = new ConcurrentHashMap<>();

    private LockHolders() {}

    /**
     * A thread and a store.
     *
     * @param epoch of the store
     */
    record Place(Thread thread, UUID epoch) {}

    /**
     * Notes that the calling thread is about to take the lock.
     *
     * @throws org.leftfold.api.InvalidRequestException if it has it by another connection (LF-1303)
     */
    static Place enter(UUID epoch, String where, JoinedAppends joined) {
        Place place = new Place(Thread.currentThread(), epoch);
        JoinedAppends holder = alive(place);
        if (holder == null) {
            HOLDERS.put(place, joined);
        } else if (!holder.isOn(joined)) {
            throw SqlErrors.ownLock(where);
        }
        return place;
    }

    /** Notes that a transaction has ended. */
    static void leave(Place place, JoinedAppends joined) {
        HOLDERS.remove(place, joined);
    }

    /**
     * Called before the calling thread waits for the lock on a connection of its own.
     *
     * @throws org.leftfold.api.InvalidRequestException if it has it already (LF-1303)
     */
    static void requireNone(UUID epoch, String where) {
        if (!HOLDERS.isEmpty() && alive(new Place(Thread.currentThread(), epoch)) != null) {
            throw SqlErrors.ownLock(where);
        }
    }

    /** Who holds it; one whose connection is closed was only never closed itself. */
    private static @Nullable JoinedAppends alive(Place place) {
        JoinedAppends holder = HOLDERS.get(place);
        try {
            if (holder != null && holder.isGone()) {
                leave(place, holder);
                return null;
            }
        } catch (SQLException e) {
            return holder; // cannot be told: it counts as alive
        }
        return holder;
    }
}
