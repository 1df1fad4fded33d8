package org.leftfold.testkit.shard;

import org.leftfold.api.EventStore;
import org.leftfold.api.Metadata;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.shard.ShardedEventStore;
import org.leftfold.api.shard.ShardedOptions;
import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.TckStore;

/** A sharded store under test. Opening it again is a further program on the same shards. */
final class ShardedTckStore implements TckStore {
    private final Fleet fleet;
    private final ShardedOptions options;
    private ShardedEventStore store;

    ShardedTckStore(int shards, TckOptions asked) {
        Metadata own = Metadata.none();
        for (String key : asked.policy().requiredKeys()) {
            own = own.with(key, "leftfold");
        }
        this.options = ShardedOptions.defaults().checkingConditionsWithinShard().ownMetadata(own);
        this.fleet = new Fleet(shards, asked);
        this.store = fleet.open(options);
    }

    @Override
    public EventStore store() {
        return store;
    }

    /** That of the first shard. */
    @Override
    public StoreAdmin admin() {
        return fleet.store(0).admin();
    }

    @Override
    public EventStore reopen() {
        store.close();
        store = fleet.open(options);
        return store;
    }

    @Override
    public void close() {
        store.close();
        fleet.close();
    }
}
