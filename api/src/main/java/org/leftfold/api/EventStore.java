package org.leftfold.api;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The event store: append, read, follow. Safe for any thread; an interrupt of a calling thread
 * neither loses nor damages anything.
 */
public interface EventStore extends AutoCloseable {
    /**
     * Appends events to one or several streams, all of them or none. On return they are durable
     * (G1) and visible to every later read. Waits until the outcome is known, whatever interrupts
     * come.
     *
     * <p>If the events are stored already, under the same ids in the same streams, the first result
     * is given again and nothing else is checked (G5). With {@code exactly} and {@code noStream}
     * ids are looked up only when the version is not the expected one: had this append happened
     * before, the version could not be.
     *
     * @return versions and positions of the events
     * @throws VersionConflictException if a stream is not at its expected version (LF-2001);
     *     nothing was stored
     * @throws ConditionFailedException if a condition does not hold (LF-2002); nothing was stored
     * @throws InvalidRequestException if some ids are known with other content or known and new ids
     *     are mixed (LF-1005), or the audit policy asks for more metadata (LF-1006); nothing was
     *     stored
     * @throws OutcomeUnknownException if the outcome is unknown (LF-3001); repeat with the same
     *     event ids
     * @throws StoreUnavailableException if the store cannot append now (LF-3xxx); nothing was
     *     stored
     */
    AppendResult append(Append append);

    /**
     * The same without waiting. Appends of one thread are applied in the order of its calls. May
     * block while the store holds as many appends as it can queue. The future fails with what
     * {@link #append(Append)} throws; its dependents run on a thread of the store and must not
     * block.
     */
    CompletableFuture<AppendResult> appendAsync(Append append);

    /** Appends to one stream; see {@link #append(Append)}. */
    default AppendResult append(
            StreamName stream, ExpectedVersion expected, List<NewEvent> events) {
        return append(Append.to(stream, expected, events));
    }

    /** Appends to one stream; see {@link #append(Append)}. */
    default AppendResult append(StreamName stream, ExpectedVersion expected, NewEvent... events) {
        return append(Append.to(stream, expected, events));
    }

    /**
     * Reads what is durable now. The result must be closed.
     *
     * @throws StoreUnavailableException if the store cannot be read
     */
    Events read(ReadRequest request);

    /**
     * Reads, then keeps delivering as events arrive, without gap or repeat (G9), on a virtual
     * thread of its own. Callers on virtual threads that never block can keep it waiting, for they
     * share the carriers.
     *
     * @throws StaleCheckpointException if the checkpoint belongs to another history of the store
     *     (LF-4002)
     */
    Subscription follow(FollowRequest request, EventHandler handler);

    /** Position of the last durable event, 0 in an empty store. */
    long head();

    /** Version of a stream: the number of events ever appended to it, 0 if there were none. */
    long version(StreamName stream);

    /** A checkpoint behind the last durable event. */
    Checkpoint checkpoint();

    /**
     * Finishes the appends that were accepted, ends all subscriptions, and gives back everything.
     */
    @Override
    void close();
}
