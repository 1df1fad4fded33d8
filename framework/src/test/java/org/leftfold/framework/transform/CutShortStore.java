package org.leftfold.framework.transform;

import java.util.concurrent.CompletableFuture;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;

/** The store of a program that is killed at one of its appends. */
final class CutShortStore implements EventStore {
    private final EventStore inner;
    private int left;

    /** What ends the program. */
    static final class Killed extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed");
        }
    }

    /** Behind so many appends. */
    CutShortStore(EventStore inner, int appends) {
        this.inner = inner;
        this.left = appends;
    }

    @Override
    public AppendResult append(Append append) {
        if (left == 0) {
            throw new Killed();
        }
        left--;
        return inner.append(append);
    }

    @Override
    public CompletableFuture<AppendResult> appendAsync(Append append) {
        return CompletableFuture.completedFuture(append(append));
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
    public void close() {}
}
