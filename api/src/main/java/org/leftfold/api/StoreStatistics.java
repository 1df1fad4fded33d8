package org.leftfold.api;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts over a whole store.
 *
 * @param events readable events
 * @param streams streams with at least one readable event
 * @param head position of the last event ever appended
 * @param bytes bytes that the store takes; for a store on disk, of its files
 * @param categories readable events by category
 * @param types readable events by type
 */
public record StoreStatistics(
        long events,
        long streams,
        long head,
        long bytes,
        Map<String, Long> categories,
        Map<String, Long> types) {
    /** Copies the maps, ordered by key. */
    public StoreStatistics {
        categories = Collections.unmodifiableMap(new TreeMap<>(categories));
        types = Collections.unmodifiableMap(new TreeMap<>(types));
    }
}
