package org.leftfold.api.spi;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.leftfold.api.Subscription;

/**
 * The followers that run on a store, for those who implement one. None is started behind the back
 * of whoever closes the store. Safe for any thread.
 */
public final class Followers {
    private final Set<Follower> running = ConcurrentHashMap.newKeySet();

    /** No followers yet. */
    public Followers() {}

    /**
     * Starts a follower, whose end has to be told to {@link #ended}.
     *
     * @param requireOpen throws if the store was closed, which then may not have seen this follower
     * @param watch called before it starts, so that somebody tells it when the head moves
     */
    public Subscription start(Follower follower, Runnable requireOpen, Runnable watch) {
        running.add(follower);
        try {
            requireOpen.run();
            watch.run();
            follower.start();
        } catch (RuntimeException | Error e) { // no thread to be had, say: it never ran
            running.remove(follower);
            throw e;
        }
        return follower;
    }

    /** A follower has ended. */
    public void ended(Follower follower) {
        running.remove(follower);
    }

    /** Whether none runs. */
    public boolean isEmpty() {
        return running.isEmpty();
    }

    /** Ends all of them, because their store is closed. */
    public void closeWithStore() {
        List.copyOf(running).forEach(Follower::closeWithStore);
    }
}
