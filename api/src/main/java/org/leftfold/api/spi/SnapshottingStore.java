package org.leftfold.api.spi;

import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventStore;

/**
 * An event store that can keep a snapshot in the transaction of an append, where both are kept in
 * one database: then events and snapshot are there together, or neither.
 */
public interface SnapshottingStore extends EventStore {
    /** Whether these snapshots are kept where the events are, so that one transaction has both. */
    boolean keepsHere(SnapshotStore snapshots);

    /**
     * Appends, as {@link EventStore#append} does, and keeps a snapshot in the same transaction. The
     * append never fails because of the snapshot: where that cannot be kept, the events are stored
     * alone, and so they are by a repetition.
     *
     * @param snapshot of a stream that the append writes, at the version that it leads to
     * @param snapshots one that {@link #keepsHere}
     */
    Kept append(Append append, SnapshotStore.Snapshot snapshot, SnapshotStore snapshots);

    /**
     * What became of an append with a snapshot.
     *
     * @param result what became of the append
     * @param isSnapshotKept whether the snapshot is there; if not, it may be saved by itself
     */
    record Kept(AppendResult result, boolean isSnapshotKept) {}
}
