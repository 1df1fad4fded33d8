package org.leftfold.framework.projection;

import org.leftfold.api.RecordedEvent;
import org.leftfold.api.spi.ParkedEvent;

/**
 * Hears what happens to projections. Called by their threads, which wait meanwhile; what it throws
 * is dropped. Unless another is given, what is bad is logged as a warning by {@link System.Logger},
 * under {@code org.leftfold.framework.projection}.
 */
public interface ProjectionListener {
    /** Logs what is bad. */
    static ProjectionListener logging() {
        return new LoggingListener();
    }

    /** An event failed; it is tried again, parked or left out, or the projection stops. */
    default void failed(String projection, RecordedEvent event, int attempt, Throwable failure) {}

    /** An event was parked, waits behind one that is, or was left out. */
    default void parked(String projection, ParkedEvent event) {}

    /** A projection has stopped, and needs somebody who looks after it. */
    default void stopped(String projection, Throwable failure) {}

    /** Its store of events or of views does not answer; it tries until they do. */
    default void waiting(String projection, Throwable failure) {}

    /**
     * The store of leases does not do what it shall: parts of this instance may go to others, or
     * stand still, until it does. Told once, and again when it failed after it was well.
     */
    default void leasesFailed(Throwable failure) {}

    /** What was to be done after an event took effect has failed. */
    default void effectFailed(String projection, Throwable failure) {}

    /** Another generation of a view is read from now on. */
    default void swapped(String projection, int generation) {}
}
