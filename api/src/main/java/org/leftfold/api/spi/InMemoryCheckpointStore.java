package org.leftfold.api.spi;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.InvalidRequestException;

/**
 * The contract of checkpoints in executable form, in memory. For tests. Safe for any thread: one
 * lock guards everything.
 */
public final class InMemoryCheckpointStore implements CheckpointStore {
    private record Saved(Optional<Checkpoint> checkpoint, long fence) {}

    private static final Saved NOTHING = new Saved(Optional.empty(), 0);

    private final Map<String, Saved> followers = new HashMap<>(); // guarded by this

    /** An empty store. */
    public InMemoryCheckpointStore() {}

    @Override
    public synchronized Optional<Checkpoint> load(String follower) {
        NameRule.check("follower name", follower);
        return followers.getOrDefault(follower, NOTHING).checkpoint;
    }

    @Override
    public synchronized boolean save(String follower, Checkpoint checkpoint, long fence) {
        NameRule.check("follower name", follower);
        Objects.requireNonNull(checkpoint, "checkpoint");
        if (fence < 0) {
            throw InvalidRequestException.number("fence", fence, "it must not be negative");
        }
        if (fence < followers.getOrDefault(follower, NOTHING).fence) {
            return false;
        }
        followers.put(follower, new Saved(Optional.of(checkpoint), fence));
        return true;
    }

    @Override
    public synchronized void forget(String follower) {
        NameRule.check("follower name", follower);
        followers.computeIfPresent(
                follower, (name, saved) -> new Saved(Optional.empty(), saved.fence));
    }
}
