package org.leftfold.api.spi;

import java.util.Objects;
import java.util.Optional;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;

/**
 * Keeps states that were folded from streams, so that a load need not start at version 1. Derived
 * data: it may lose any snapshot at any time, to save room or after a crash, and the result of
 * every load stays the same. What it gives is always a snapshot that was saved, never a changed
 * one, and never one that was dropped before. Safe for any thread.
 *
 * <p>Names of kinds of state keep {@link NameRule}. Other arguments that are null are a {@link
 * NullPointerException}. A refused call changed nothing.
 */
public interface SnapshotStore {
    /** Largest state: it is read and written in one piece, like the largest append. */
    int MAX_STATE_BYTES = 16 << 20;

    /**
     * The state of a stream at a version.
     *
     * @param stream the stream
     * @param version the version of the last event folded into it, at least 1
     * @param stateType declared name of the kind of state
     * @param schemaVersion version of the state's format, at least 1
     * @param state the state as bytes, at most {@link #MAX_STATE_BYTES}
     */
    record Snapshot(
            StreamName stream, long version, String stateType, int schemaVersion, Payload state) {
        /**
         * Checks all of it.
         *
         * @throws InvalidRequestException if a name (LF-1001), the size of the state (LF-1002) or a
         *     number (LF-1003) is not allowed
         */
        public Snapshot {
            Objects.requireNonNull(stream, "stream");
            Objects.requireNonNull(state, "state");
            NameRule.check("state type", stateType);
            if (version < 1) {
                throw InvalidRequestException.number(
                        "snapshot version", version, "it must be at least 1");
            }
            if (schemaVersion < 1) {
                throw InvalidRequestException.number(
                        "schema version", schemaVersion, "it must be at least 1");
            }
            if (state.sizeBytes() > MAX_STATE_BYTES) {
                throw new InvalidRequestException(
                        "LF-1002",
                        "%d bytes of a snapshot are too many, %d are allowed. Nothing was stored."
                                .formatted(state.sizeBytes(), MAX_STATE_BYTES));
            }
        }
    }

    /**
     * Keeps a snapshot, beside the newest other one of the same stream and state type; older ones
     * may be dropped. A newer one is never replaced by an older one; of two with the same version
     * the one saved later counts. Need not be durable on return.
     *
     * @throws org.leftfold.api.StoreUnavailableException if it could not be written; older
     *     snapshots stay
     */
    void save(Snapshot snapshot);

    /**
     * The newest snapshot of a stream and state type at or below {@code maxVersion}, of those that
     * are still kept; empty if there is none.
     *
     * @param maxVersion any number; below 1 there is never one
     * @throws InvalidRequestException if {@code stateType} is no name (LF-1001)
     * @throws org.leftfold.api.StoreUnavailableException if it could not be read
     */
    Optional<Snapshot> newest(StreamName stream, String stateType, long maxVersion);

    /**
     * Drops the snapshots of a stream, all of its state types: none of those saved before is ever
     * given again, durably on return. A snapshot that is saved later is kept as usual.
     *
     * @throws org.leftfold.api.StoreUnavailableException if that could not be made durable
     */
    void drop(StreamName stream);
}
