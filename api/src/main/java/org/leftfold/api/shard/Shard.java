package org.leftfold.api.shard;

import org.leftfold.api.EventStore;
import org.leftfold.api.spi.NameRule;

/**
 * One of the stores that a {@link ShardedEventStore} is made of.
 *
 * @param name what people call it, in errors and in {@link ShardedEventStore#move}; may be changed
 * @param store the store, of any kind; nobody else appends to it
 */
public record Shard(String name, EventStore store) {
    /**
     * @throws org.leftfold.api.InvalidRequestException if the name is not allowed (LF-1001)
     */
    public Shard {
        NameRule.check("shard name", name);
    }
}
