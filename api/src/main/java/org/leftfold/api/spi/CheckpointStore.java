package org.leftfold.api.spi;

import java.util.Optional;
import org.leftfold.api.Checkpoint;

/**
 * Keeps how far each follower is. A checkpoint is saved after the effects of the events before it
 * are durable, never before. Safe for any thread.
 */
public interface CheckpointStore {
    /** The last saved checkpoint of a follower, if there is one. */
    Optional<Checkpoint> load(String follower);

    /**
     * Saves a checkpoint, durable on return.
     *
     * @param fence the token of the lease under which the caller works; a lower one than the last
     *     is refused
     * @return false if a holder of a newer lease has saved since; nothing was changed
     */
    boolean save(String follower, Checkpoint checkpoint, long fence);

    /** Forgets a follower, so that it starts again. */
    void forget(String follower);
}
