package org.leftfold.benchmarks.stores;

/** Takes the events of a store, each with all its fields as objects of their own. */
@FunctionalInterface
public interface EventSink {
    /**
     * Takes one event.
     *
     * @param position its place in the store; only its order matters
     * @param version its place in the stream, from 1
     */
    void accept(
            long position,
            String stream,
            long version,
            String type,
            byte[] payload,
            byte[] metadata);
}
