package org.leftfold.testkit.tck;

import java.util.concurrent.CompletableFuture;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;

/**
 * A store that passes everything on to another one, to be changed in one place: what tests let
 * happen to an append they say in {@link #append}, through which {@link #appendAsync} goes too.
 */
public class DelegatingStore implements EventStore {
    /** The store behind it. */
    protected final EventStore inner;

    /** A store in front of another one, which it closes with itself. */
    public DelegatingStore(EventStore inner) {
        this.inner = inner;
    }

    @Override
    public AppendResult append(Append append) {
        return inner.append(append);
    }

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
        return inner.read(request);
    }

    @Override
    public Subscription follow(FollowRequest request, EventHandler handler) {
        return inner.follow(request, handler);
    }

    @Override
    public long head() {
        return inner.head();
    }

    @Override
    public long version(StreamName stream) {
        return inner.version(stream);
    }

    @Override
    public Checkpoint checkpoint() {
        return inner.checkpoint();
    }

    @Override
    public void close() {
        inner.close();
    }
}
