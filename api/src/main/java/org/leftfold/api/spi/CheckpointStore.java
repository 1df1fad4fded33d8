package org.leftfold.api.spi;

import java.util.Optional;
import org.leftfold.api.Checkpoint;

/**
 * Keeps how far each follower is, and the highest fence that has saved for it. A checkpoint is
 * saved after the effects of the events before it are durable, never before. Safe for any thread;
 * saves of one follower happen one after the other.
 *
 * <p>Names of followers keep {@link NameRule}, other names are refused with an {@link
 * org.leftfold.api.InvalidRequestException} (LF-1001). A checkpoint that is null is a {@link
 * NullPointerException}. A refused call changed nothing. A call that fails with a {@link
 * org.leftfold.api.StoreUnavailableException} stored nothing, unless it is an {@link
 * org.leftfold.api.OutcomeUnknownException}.
 */
public interface CheckpointStore {
    /**
     * The last saved checkpoint of a follower; empty if none was ever saved, or none since it was
     * forgotten.
     */
    Optional<Checkpoint> load(String follower);

    /**
     * Saves a checkpoint, durable on return. It replaces the last one, also where that was further
     * on: with an equal or a higher fence a follower may be set back.
     *
     * @param fence the token of the lease under which the caller works, or 0 where no lease is
     *     used; lower than the highest one that has saved for this follower, it is refused. The
     *     comparison and the save are one act
     * @return false if a holder of a newer lease has saved since; nothing was changed
     * @throws org.leftfold.api.InvalidRequestException if the fence is negative (LF-1003)
     */
    boolean save(String follower, Checkpoint checkpoint, long fence);

    /**
     * Forgets the checkpoint of a follower, durable on return, so that it starts again. Its highest
     * fence stays: who was refused before is refused afterwards. Repeating it changes nothing.
     */
    void forget(String follower);
}
