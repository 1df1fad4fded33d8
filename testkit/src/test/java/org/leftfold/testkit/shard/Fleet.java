package org.leftfold.testkit.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.leftfold.api.EventStore;
import org.leftfold.api.InMemoryEventStore;
import org.leftfold.api.StreamName;
import org.leftfold.api.shard.Shard;
import org.leftfold.api.shard.ShardedEventStore;
import org.leftfold.api.shard.ShardedOptions;
import org.leftfold.testkit.tck.DelegatingStore;
import org.leftfold.testkit.tck.TckOptions;

/**
 * Shards in memory, on which any number of sharded stores are opened, as by so many programs. They
 * stay open until the fleet is closed.
 */
final class Fleet implements AutoCloseable {
    private final List<InMemoryEventStore> stores = new ArrayList<>();

    Fleet(int shards) {
        this(shards, TckOptions.standard());
    }

    Fleet(int shards, TckOptions options) {
        for (int shard = 0; shard < shards; shard++) {
            stores.add(InMemoryEventStore.open(options.clock(), options.policy()));
        }
    }

    /** Over these stores, which it closes. */
    Fleet(List<InMemoryEventStore> stores) {
        this.stores.addAll(stores);
    }

    /** A shard that is not closed with the store that is made of it. */
    private static final class Kept extends DelegatingStore {
        Kept(EventStore inner) {
            super(inner);
        }

        @Override
        public void close() {}
    }

    InMemoryEventStore store(int shard) {
        return stores.get(shard);
    }

    static String name(int shard) {
        return "shard " + shard;
    }

    /** The shard that a store says a stream is in. */
    static int shardOf(ShardedEventStore store, StreamName stream) {
        return Integer.parseInt(store.shardOf(stream).substring("shard ".length()));
    }

    ShardedEventStore open() {
        return open(ShardedOptions.defaults());
    }

    ShardedEventStore open(ShardedOptions options) {
        return ShardedEventStore.open(shards(UnaryOperator.identity()), options);
    }

    /** A store with something between it and its shards. */
    ShardedEventStore open(UnaryOperator<EventStore> between) {
        return ShardedEventStore.open(shards(between), ShardedOptions.defaults());
    }

    /** The shards in their order. */
    List<Shard> shards(UnaryOperator<EventStore> between) {
        List<Shard> shards = new ArrayList<>();
        for (int shard = 0; shard < stores.size(); shard++) {
            shards.add(new Shard(name(shard), between.apply(new Kept(stores.get(shard)))));
        }
        return shards;
    }

    @Override
    public void close() {
        stores.forEach(InMemoryEventStore::close);
    }
}
