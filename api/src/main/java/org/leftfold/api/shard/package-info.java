/**
 * One store over several: {@link org.leftfold.api.shard.ShardedEventStore} keeps each stream whole
 * in one of n stores.
 *
 * <p>Entry point: {@code ShardedEventStore}. A write goes {@code ShardAppends}, {@code Places}
 * (where is the stream), {@code RoutedAppend} (the append as that shard gets it); a read goes
 * {@code ShardReads}, then {@code StreamSource} or {@code MergedSource}; a follower is a {@code
 * MergedFollower}. A move is made by {@code Mover} and known by the notes of {@code Marks}, which
 * {@code ShardMoves} keeps in memory. Bytes and rules are in {@code docs/shards.md}.
 */
@NullMarked
package org.leftfold.api.shard;

import org.jspecify.annotations.NullMarked;
