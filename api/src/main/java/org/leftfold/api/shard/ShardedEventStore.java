package org.leftfold.api.shard;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;

/**
 * One store over several, which are its shards: each stream is whole in one of them. Any number of
 * programs may have it open at once, if the shards allow it. Safe for any thread.
 *
 * <p>Placement: a stream begins in the shard {@code floorMod(h, n)} of n, where {@code h} is the
 * signed 64-bit number that comes of FNV-1a (offset basis {@code cbf29ce484222325}, prime {@code
 * 100000001b3}) over the UTF-8 bytes of its name, followed by the finalizer {@code fmix64} of
 * MurmurHash3. This, n and the order of the shards are fixed for ever. {@link #move} takes a stream
 * to another shard.
 *
 * <p>What differs from one store:
 *
 * <ul>
 *   <li>An append goes to one shard; one that crosses shards is refused (LF-1401).
 *   <li>Conditions are refused (LF-1402), unless {@link
 *       ShardedOptions#checkingConditionsWithinShard()} was said: then they see the append's own
 *       shard alone, and their position must be 0 or one of that shard.
 *   <li>Positions are unique, and rise within a shard. They are not dense, and between shards their
 *       order says nothing: an event may appear below a position that a reader has passed. Only a
 *       checkpoint says how far a reader is.
 *   <li>A read over several streams is in the order of positions; one of a single stream is in the
 *       order of versions. Times of recording do not decrease within a shard.
 *   <li>A follower gets the events of each shard, and of each stream, in their order.
 * </ul>
 *
 * <p>Rules, costs and what is stored: {@code docs/shards.md}, ADR 19.
 */
public final class ShardedEventStore implements EventStore {
    private final ShardSet shards;
    private final ShardAppends appends;
    private final ShardReads reads;
    private final Places places;
    private final Mover mover;
    private final AtomicBoolean closed = new AtomicBoolean();

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<MergedFollower> followers = new HashSet<>(); // guarded by lock

    private ShardedEventStore(ShardSet shards, ShardedOptions options) {
        SeenVersions seen = new SeenVersions();
        this.shards = shards;
        this.places = new Places(shards);
        this.mover = new Mover(shards, places, options.ownMetadata());
        this.appends = new ShardAppends(shards, places, seen, mover, options);
        this.reads = new ShardReads(shards, places, seen);
    }

    /** The same with {@link ShardedOptions#defaults()}. */
    public static ShardedEventStore open(List<Shard> shards) {
        return open(shards, ShardedOptions.defaults());
    }

    /**
     * Opens a store over these shards. The first time they must be empty, and each is marked as the
     * one it is.
     *
     * @param shards 1 to 64 stores, always the same in the same order; they belong to this store
     *     from now on and are closed with it. If this fails they stay open
     * @throws InvalidRequestException if one is missing, foreign, in another place, or holds events
     *     and no mark, or two are the same store (LF-1403); nothing was changed
     * @throws org.leftfold.api.IntegrityException if one was restored to a moment before a
     *     departure that another one builds on (LF-4401)
     */
    public static ShardedEventStore open(List<Shard> shards, ShardedOptions options) {
        ShardOpening.open(shards, options.ownMetadata());
        ShardSet set = new ShardSet(shards);
        set.refresh();
        return new ShardedEventStore(set, options);
    }

    /** The name of the shard that a stream is in, or would be if it were written now. */
    public String shardOf(StreamName stream) {
        requireOpen();
        return shards.name(places.find(stream).shard());
    }

    /**
     * Moves a stream to another shard: its end there is stored, its events are copied, and it goes
     * on in the new shard, with the same versions, ids and times. Other programs notice by
     * themselves. Appends to the stream, which come meanwhile, end the move first. Does nothing if
     * the stream is there. What it leaves in the old shard is not removed.
     *
     * <p>Cut short at any moment, it is ended by the next append to the stream, or by calling it
     * again.
     *
     * @param shard the name of the shard
     * @throws InvalidRequestException if there is no such shard or the stream was never written, an
     *     event of it has no room for what a copy needs, or that shard would refuse what has to be
     *     stored there (LF-1404); nothing was changed
     * @throws org.leftfold.api.StoreUnavailableException if a shard cannot append now, or others
     *     append all the time (LF-3401); or a move that was begun before cannot be ended with the
     *     shards as they were opened now (LF-3402); repeat it
     * @throws org.leftfold.api.IntegrityException if a shard was restored to a moment before one of
     *     its departures (LF-4401); nothing was changed
     */
    public void move(StreamName stream, String shard, AdminAct act) {
        requireOpen();
        for (int i = 0; i < shards.size(); i++) {
            if (shards.name(i).equals(shard)) {
                mover.move(stream, i, act);
                return;
            }
        }
        throw ShardErrors.immovable(stream, "there is no shard '%s'".formatted(shard));
    }

    /**
     * As {@link EventStore#append(Append)}, into one shard.
     *
     * @throws InvalidRequestException also if it crosses shards (LF-1401), has conditions that
     *     cannot be checked (LF-1402), or uses a name of the store itself (LF-1405); nothing was
     *     stored
     */
    @Override
    public AppendResult append(Append append) {
        requireOpen();
        return appends.append(append);
    }

    /**
     * As {@link EventStore#appendAsync(Append)}, but for the order. Appends of one thread to one
     * stream are applied in the order of its calls, as long as it is not moved at the same time.
     * Those to different streams of a shard are too, but not an append that has to look at
     * something first: one with a condition, or to a stream of which events were gone when it was
     * moved, once streams were moved to or from that shard. Behind what has to wait only appends to
     * the same streams wait, 4,096 at most; then this call waits for room.
     */
    @Override
    public CompletableFuture<AppendResult> appendAsync(Append append) {
        return closed.get()
                ? CompletableFuture.failedFuture(
                        InvalidRequestException.closed("the sharded store"))
                : appends.appendAsync(append);
    }

    @Override
    public Events read(ReadRequest request) {
        requireOpen();
        return reads.open(request);
    }

    @Override
    public Subscription follow(FollowRequest request, EventHandler handler) {
        requireOpen();
        MergedFollower follower = new MergedFollower(shards, request, handler, this::forget);
        lock.lock();
        try {
            followers.add(follower);
        } finally {
            lock.unlock();
        }
        follower.start(request);
        if (closed.get()) {
            follower.closeWithStore(); // it came after those that the closing saw
        }
        return follower;
    }

    private void forget(MergedFollower follower) {
        lock.lock();
        try {
            followers.remove(follower);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The highest position of any shard; 0 in an empty store. It can stand still while other shards
     * grow, and the event there may be one of the store itself.
     */
    @Override
    public long head() {
        requireOpen();
        return shards.head();
    }

    @Override
    public long version(StreamName stream) {
        requireOpen();
        Place place = places.known(stream);
        for (int attempt = 1; attempt <= ShardAppends.MAX_ATTEMPTS; attempt++) {
            long inner = shards.store(place.shard()).version(stream);
            if (places.isStill(stream, place)) {
                return place.track().streamVersion(inner);
            }
            place = places.find(stream);
        }
        throw ShardErrors.moving(stream);
    }

    @Override
    public Checkpoint checkpoint() {
        requireOpen();
        return Checkpoint.ofShards(shards.checkpoints());
    }

    private void requireOpen() {
        if (closed.get()) {
            throw InvalidRequestException.closed("the sharded store");
        }
    }

    /** Ends all followers, and closes the shards. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        List<MergedFollower> ending;
        lock.lock();
        try {
            ending = new ArrayList<>(followers);
        } finally {
            lock.unlock();
        }
        ending.forEach(MergedFollower::closeWithStore);
        appends.finish();
        closeShards();
    }

    /** Closes all of them, also when one fails to. */
    private void closeShards() {
        RuntimeException failure = null;
        for (int shard = 0; shard < shards.size(); shard++) {
            try {
                shards.store(shard).close();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
