package org.leftfold.api;

import java.util.UUID;

/** A checkpoint belongs to another history than the store has now, as after a restore (LF-4002). */
public final class StaleCheckpointException extends IntegrityException {
    private static final long serialVersionUID = 1L;

    private final transient Checkpoint checkpoint;

    /** The refusal of {@code checkpoint} by a store with this epoch, which ends at {@code head}. */
    public StaleCheckpointException(Checkpoint checkpoint, UUID storeEpoch, long head) {
        super(
                "LF-4002",
                ("checkpoint %s is no place in this store, which has epoch %s and ends at position"
                                + " %d: the store was restored or exchanged since. Compare what the follower"
                                + " has with the store, then rebuild it or give it a checkpoint of this"
                                + " store.")
                        .formatted(checkpoint, storeEpoch, head),
                null);
        this.checkpoint = checkpoint;
    }

    /** The checkpoint that was refused. */
    public Checkpoint checkpoint() {
        return checkpoint;
    }
}
