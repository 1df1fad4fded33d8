package org.leftfold.engine;

import java.util.Optional;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.SnapshotStore;

/**
 * The snapshots of a store that was opened for reading only: there are none, so streams are read
 * from their beginning, which comes to the same. Stateless.
 *
 * @param where the store, for messages
 */
record NoSnapshots(String where) implements SnapshotStore {
    @Override
    public void save(Snapshot snapshot) {
        throw InvalidRequestException.readOnly(where);
    }

    @Override
    public Optional<Snapshot> newest(StreamName stream, String stateType, long maxVersion) {
        return Optional.empty();
    }

    @Override
    public void drop(StreamName stream) {
        throw InvalidRequestException.readOnly(where);
    }
}
