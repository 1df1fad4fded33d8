package org.leftfold.benchmarks.stores;

/**
 * An event and where it belongs, for loading many at once.
 *
 * @param stream its stream
 * @param version its place in the stream, from 1
 * @param event the event
 */
public record PlacedEvent(String stream, long version, SampleEvent event) {}
