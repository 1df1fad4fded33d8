package org.leftfold.testkit.tck;

import org.leftfold.api.EventStore;
import org.leftfold.api.StoreAdmin;

/** One opened store under test, with what belongs to it. For one thread. */
public interface TckStore extends AutoCloseable {
    /** The store as it is open now. */
    EventStore store();

    /** The administrative acts on {@link #store()}. */
    StoreAdmin admin();

    /**
     * Closes the store and opens it again on the same stored data and with the same options. A
     * store that keeps nothing beyond its closing stays open and returns itself.
     */
    EventStore reopen();

    /** Closes the store, which may be closed already, and removes what it stored. */
    @Override
    void close();
}
