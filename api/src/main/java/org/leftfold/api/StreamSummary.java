package org.leftfold.api;

/**
 * What a store holds of one stream.
 *
 * @param stream its name
 * @param version the version of its last event
 * @param readableEvents its events that were not truncated, at least 1
 * @param firstPosition of its first readable event
 * @param lastPosition of its last event
 */
public record StreamSummary(
        StreamName stream,
        long version,
        long readableEvents,
        long firstPosition,
        long lastPosition) {}
