package org.leftfold.api.spi;

import java.time.Duration;

/**
 * Is told what a store does, for metrics and alarms. Called on threads of the store: it must be
 * quick, must not block, and must not throw. Every method does nothing unless overridden.
 */
public interface StoreListener {
    /** A listener that ignores everything. */
    StoreListener NONE = new StoreListener() {};

    /** One group of appends became durable together. */
    default void committed(int appends, int events, long bytes, Duration took) {}

    /** An append was refused; {@code code} is that of the error. */
    default void refused(String code) {}

    /** The store stopped appending because of {@code cause}; somebody should look. */
    default void stopped(Throwable cause) {}

    /** Something odd that does not stop the store, such as an unknown file in its directory. */
    default void noticed(String text) {}

    /**
     * The store was opened; recovery dropped {@code droppedBytes} of an append that was never
     * acknowledged.
     */
    default void opened(long events, long droppedBytes, Duration took) {}
}
