package org.leftfold.api;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The contract in executable form: an event store that keeps everything in memory and forgets it
 * when it is closed. For tests, and for reading what the contract means; simple rather than fast.
 *
 * <p>Safe for any thread: one lock guards everything, and no method of a handler is called under
 * it.
 */
public final class InMemoryEventStore implements EventStore {
    private final InstantSource clock;
    private final AuditPolicy policy;
    private final UUID epoch = EventId.next().value();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final InMemoryLog log = new InMemoryLog(); // guarded by lock
    private final Set<InMemorySubscription> subscriptions = new HashSet<>(); // guarded by lock
    private boolean closed; // guarded by lock
    private final AtomicBoolean scavenging = new AtomicBoolean();

    private InMemoryEventStore(InstantSource clock, AuditPolicy policy) {
        this.clock = clock;
        this.policy = policy;
    }

    /** An empty store that takes the time from the system and asks for no metadata. */
    public static InMemoryEventStore open() {
        return open(InstantSource.system(), AuditPolicy.none());
    }

    /**
     * An empty store.
     *
     * @param clock what time of recording the events get; it may stand still or go back
     * @param policy which metadata every event must carry
     */
    public static InMemoryEventStore open(InstantSource clock, AuditPolicy policy) {
        return new InMemoryEventStore(clock, policy);
    }

    /** The administrative acts on this store. */
    public StoreAdmin admin() {
        return whileOpen(() -> new InMemoryAdmin(this));
    }

    @Override
    public AppendResult append(Append append) {
        return whileOpen(() -> {
            policy.check(append);
            AppendResult result = log.append(append, clock);
            changed.signalAll();
            return result;
        });
    }

    /** Appends at once, in the calling thread; the future that it returns has ended already. */
    @Override
    public CompletableFuture<AppendResult> appendAsync(Append append) {
        try {
            return CompletableFuture.completedFuture(append(append));
        } catch (LeftfoldException refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }

    @Override
    public Events read(ReadRequest request) {
        return whileOpen(() -> new InMemoryEvents(this, log.cursor(request)));
    }

    @Override
    public Subscription follow(FollowRequest request, EventHandler handler) {
        return whileOpen(() -> {
            long position =
                    switch (request.start()) {
                        case FollowRequest.Start.Beginning beginning -> 0;
                        case FollowRequest.Start.Now now -> log.head();
                        case FollowRequest.Start.After after ->
                                after.checkpoint().positionIn(epoch, log.head());
                    };
            InMemorySubscription subscription =
                    new InMemorySubscription(this, request, handler, position);
            subscriptions.add(subscription);
            subscription.start();
            return subscription;
        });
    }

    @Override
    public long head() {
        return whileOpen(log::head);
    }

    @Override
    public long version(StreamName stream) {
        return whileOpen(() -> log.version(stream));
    }

    @Override
    public Checkpoint checkpoint() {
        return whileOpen(() -> checkpointAt(log.head()));
    }

    @Override
    public void close() {
        List<InMemorySubscription> ending =
                locked(() -> {
                    if (closed) {
                        return List.of();
                    }
                    closed = true;
                    changed.signalAll();
                    return new ArrayList<>(subscriptions);
                });
        ending.forEach(InMemorySubscription::awaitEnd);
    }

    /** Takes one entry of a backup over. */
    void restore(List<Backup.Entry> part) {
        whileOpen(() -> {
            log.restore(part);
            changed.signalAll();
            return log.head();
        });
    }

    /** Whether one of the administrators scavenges now. */
    AtomicBoolean scavenging() {
        return scavenging;
    }

    InstantSource clock() {
        return clock;
    }

    Checkpoint checkpointAt(long position) {
        return Checkpoint.of(epoch, position);
    }

    void forget(InMemorySubscription subscription) {
        locked(() -> subscriptions.remove(subscription));
    }

    /** The events; only while the lock is held. */
    InMemoryLog log() {
        assert lock.isHeldByCurrentThread();
        return log;
    }

    /** Only while the lock is held. */
    boolean isClosed() {
        assert lock.isHeldByCurrentThread();
        return closed;
    }

    /** What followers wait for, under the lock. */
    Condition changed() {
        return changed;
    }

    <T extends @Nullable Object> T whileOpen(Supplier<T> work) {
        return locked(() -> {
            if (closed) {
                throw InvalidRequestException.closed("the in-memory store");
            }
            return work.get();
        });
    }

    <T extends @Nullable Object> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
