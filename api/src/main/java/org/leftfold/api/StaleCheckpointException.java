package org.leftfold.api;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

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

    private StaleCheckpointException(
            Checkpoint checkpoint, String text, @Nullable StaleCheckpointException cause) {
        super("LF-4002", text, cause);
        this.checkpoint = checkpoint;
    }

    /**
     * The refusal of a checkpoint of a sharded store by one of its shards.
     *
     * @param cause what that shard said about its part
     */
    public static StaleCheckpointException inShard(
            Checkpoint checkpoint, String shard, StaleCheckpointException cause) {
        return new StaleCheckpointException(
                checkpoint,
                ("checkpoint %s is no place in this store, for its part of shard '%s' is none there: the shard"
                                + " was restored or exchanged since. Compare what the follower has with the"
                                + " store, then rebuild it or give it a checkpoint of this store.")
                        .formatted(checkpoint, shard),
                cause);
    }

    /** The refusal of a checkpoint that was made for another number of shards. */
    static StaleCheckpointException otherShards(Checkpoint checkpoint, int shards) {
        return new StaleCheckpointException(
                checkpoint,
                ("checkpoint %s is no place in this store, which %s: it belongs to another store."
                                + " Give the follower a checkpoint of this store, or rebuild it.")
                        .formatted(
                                checkpoint,
                                shards == 1
                                        ? "has no further shards"
                                        : "has %d shards".formatted(shards)),
                null);
    }

    /** The checkpoint that was refused. */
    public Checkpoint checkpoint() {
        return checkpoint;
    }
}
