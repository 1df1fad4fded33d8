package org.leftfold.api.spi;

import java.util.Optional;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;

/**
 * Keeps states that were folded from streams, so that a load need not start at version 1. Derived
 * data: it may lose any snapshot at any time and the result of every load stays the same. Safe for
 * any thread.
 */
public interface SnapshotStore {
    /**
     * The state of a stream at a version.
     *
     * @param stream the stream
     * @param version the version of the last event folded into it, at least 1
     * @param stateType declared name of the kind of state
     * @param schemaVersion version of the state's format, at least 1
     * @param state the state as bytes
     */
    record Snapshot(
            StreamName stream, long version, String stateType, int schemaVersion, Payload state) {}

    /**
     * Keeps a snapshot. An older one of the same stream and state type may be dropped; a newer one
     * is never replaced.
     */
    void save(Snapshot snapshot);

    /** The newest snapshot of a stream at or below {@code maxVersion}, if there is one. */
    Optional<Snapshot> newest(StreamName stream, String stateType, long maxVersion);

    /** Drops the snapshots of a stream, all of its state types. */
    void drop(StreamName stream);
}
