package org.leftfold.api.shard;

import org.leftfold.api.Metadata;

/**
 * How a {@link ShardedEventStore} is opened. Immutable.
 *
 * @param conditionsWithinShard whether conditions are checked within the shard of their append,
 *     instead of being refused
 * @param ownMetadata metadata of the events that the store appends for itself
 */
public record ShardedOptions(boolean conditionsWithinShard, Metadata ownMetadata) {
    private static final ShardedOptions DEFAULTS = new ShardedOptions(false, Metadata.none());

    /** Conditions are refused; the store's own events have no metadata but what they need. */
    public static ShardedOptions defaults() {
        return DEFAULTS;
    }

    /**
     * An append may have conditions, and they are checked against the events of its own shard
     * alone: an event in another shard that breaks one goes unseen. That is enough where such an
     * event would stand in the streams that the append writes to, such as a message that only ever
     * concerns one aggregate. It is not enough for uniqueness over the whole store.
     */
    public ShardedOptions checkingConditionsWithinShard() {
        return new ShardedOptions(true, ownMetadata);
    }

    /**
     * The store's own events, the markers of the shards and those of a move, carry this too; for
     * shards whose audit policy requires it.
     */
    public ShardedOptions ownMetadata(Metadata metadata) {
        return new ShardedOptions(conditionsWithinShard, metadata);
    }
}
