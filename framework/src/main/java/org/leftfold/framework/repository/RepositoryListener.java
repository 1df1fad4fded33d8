package org.leftfold.framework.repository;

import java.time.Duration;
import org.leftfold.api.StreamName;
import org.leftfold.framework.snapshot.Snapshots;

/**
 * Is told what repositories do, for metrics. Called on the thread of the command (or of a
 * snapshot): it must be quick and must not throw. Every method does nothing unless overridden.
 */
public interface RepositoryListener extends Snapshots.Listener {
    /** A listener that ignores everything. */
    RepositoryListener NONE = new RepositoryListener() {};

    /**
     * A state was loaded.
     *
     * @param eventsRead how many stored events were read for it: with snapshots or a cache, only
     *     those behind them (R50)
     */
    default void loaded(StreamName stream, long eventsRead, Duration took) {}

    /** An attempt, counted from 1, met events that it had not seen. */
    default void conflicted(StreamName stream, int attempt) {}

    /**
     * A state could not be copied for the cache, so the next load begins elsewhere. The command is
     * not touched by that.
     */
    default void notCached(StreamName stream, long version, RuntimeException cause) {}

    /** A message came again and was not handled again. */
    default void duplicate(StreamName stream, MessageId message) {}

    @Override
    default void saved(StreamName stream, long version) {}

    @Override
    default void failed(StreamName stream, long version, RuntimeException cause) {}

    @Override
    default void skipped(StreamName stream, long version, RuntimeException cause) {}
}
