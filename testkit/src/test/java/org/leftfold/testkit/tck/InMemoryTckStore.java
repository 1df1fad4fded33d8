package org.leftfold.testkit.tck;

import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.StoreAdmin;

/** The in-memory store under test; it keeps nothing beyond its closing. */
record InMemoryTckStore(InMemoryEventStore store, StoreAdmin admin) implements TckStore {
    static InMemoryTckStore open(TckOptions options) {
        InMemoryEventStore store = InMemoryEventStore.open(options.clock(), options.policy());
        return new InMemoryTckStore(store, store.admin());
    }

    @Override
    public EventStore reopen() {
        return store;
    }

    @Override
    public void close() {
        store.close();
    }
}
