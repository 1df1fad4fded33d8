package org.leftfold.testkit.tck.framework;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.OutcomeUnknownException;
import org.leftfold.api.ReadRequest;
import org.leftfold.testkit.tck.DelegatingStore;

/**
 * A store that keeps the contract, on which what the contract allows happens when a test wants it:
 * others are faster, or the outcome of an append is unknown. Safe for any thread.
 */
final class InterposedStore extends DelegatingStore {
    /** What becomes of one append. */
    @FunctionalInterface
    interface Incident {
        AppendResult append(EventStore inner, Append append);
    }

    private final Queue<Incident> incidents = new ConcurrentLinkedQueue<>();
    private final AtomicInteger readsLeft = new AtomicInteger(); // until somebody is faster
    private volatile Runnable beforeRead = () -> {}; // written by the test, read by all

    InterposedStore(EventStore inner) {
        super(inner);
    }

    /** What becomes of the next append of those for which nothing was said yet. */
    InterposedStore next(Incident incident) {
        incidents.add(incident);
        return this;
    }

    /** Somebody else is faster than the next append. */
    InterposedStore nextIsOvertaken(Runnable others) {
        return next((store, append) -> {
            others.run();
            return store.append(append);
        });
    }

    /** The next append is done, and nobody is told so. */
    InterposedStore nextIsDoneInDoubt() {
        return next((store, append) -> {
            store.append(append);
            throw inDoubt(append);
        });
    }

    /** The next append is lost, and nobody is told so. */
    InterposedStore nextIsLostInDoubt() {
        return next((store, append) -> {
            throw inDoubt(append);
        });
    }

    /** Somebody else does something right before this read of those to come, counted from 1. */
    void readIsOvertaken(int read, Runnable others) {
        beforeRead = others;
        readsLeft.set(read);
    }

    @Override
    public Events read(ReadRequest request) {
        if (readsLeft.get() > 0 && readsLeft.decrementAndGet() == 0) {
            beforeRead.run();
        }
        return inner.read(request);
    }

    private static OutcomeUnknownException inDoubt(Append append) {
        return new OutcomeUnknownException(
                append.eventCount(), new IllegalStateException("the connection is gone"));
    }

    /** Whether all of it has happened. */
    boolean isThrough() {
        return incidents.isEmpty();
    }

    @Override
    public AppendResult append(Append append) {
        Incident incident = incidents.poll();
        return incident == null ? inner.append(append) : incident.append(inner, append);
    }
}
