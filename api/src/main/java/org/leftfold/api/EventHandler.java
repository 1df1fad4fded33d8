package org.leftfold.api;

/**
 * What a follower does with events. All methods of one subscription are called by one thread at a
 * time, in order; the next event is read only when this one has been handled, so a slow handler
 * slows nobody else.
 */
@FunctionalInterface
public interface EventHandler {
    /**
     * Handles one event. An exception ends the subscription: {@link Subscription#completion()}
     * fails with it and the checkpoint stays in front of this event.
     */
    void handle(RecordedEvent event) throws Exception;

    /**
     * Handles one event, knowing where a follower goes on that has handled it. Whoever stores that
     * checkpoint together with the effect, in one transaction, lets each event take effect once.
     * Stores call this; unless it is overridden, it calls {@link #handle(RecordedEvent)}.
     *
     * @param behind the checkpoint right behind the event
     */
    default void handle(RecordedEvent event, Checkpoint behind) throws Exception {
        handle(event);
    }

    /**
     * Everything that was in the store has been handled; what follows arrives as it is appended.
     * Called again after each {@link #fellBehind}.
     *
     * @param checkpoint everything up to here was handled or did not match
     */
    default void caughtUp(Checkpoint checkpoint) throws Exception {}

    /**
     * The follower was live and is now more than {@link FollowRequest#fallsBehindAfter()} positions
     * behind.
     *
     * @param checkpoint everything up to here was handled or did not match
     */
    default void fellBehind(Checkpoint checkpoint) throws Exception {}
}
