package org.leftfold.testkit.shard;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.Subscription;
import org.leftfold.testkit.tck.DelegatingStore;

/** Puts something between a sharded store and its shards that lets others come at a bad moment. */
final class Overtaken {
    private static final Runnable NOBODY = () -> {};

    private final AtomicReference<Runnable> atPlace = new AtomicReference<>(NOBODY);
    private final AtomicReference<Runnable> atRead = new AtomicReference<>(NOBODY);
    private final AtomicReference<Runnable> atAppend = new AtomicReference<>(NOBODY);
    private boolean again;

    /** Once, behind the next time that a shard is asked where it ends, or followed from there. */
    void behindPlace(Runnable others) {
        atPlace.set(others);
    }

    /** Behind every read that is opened. */
    void behindEachRead(Runnable others) {
        again = true;
        atRead.set(others);
    }

    /** Once, in front of the next append. */
    void beforeAppend(Runnable others) {
        atAppend.set(others);
    }

    UnaryOperator<EventStore> between() {
        return inner ->
                new DelegatingStore(inner) {
                    @Override
                    public AppendResult append(Append append) {
                        atAppend.getAndSet(NOBODY).run();
                        return super.append(append);
                    }

                    @Override
                    public Events read(ReadRequest request) {
                        Events events = super.read(request);
                        Runnable others = atRead.getAndSet(NOBODY);
                        others.run();
                        atRead.set(again ? others : NOBODY);
                        return events;
                    }

                    @Override
                    public Checkpoint checkpoint() {
                        Checkpoint checkpoint = super.checkpoint();
                        atPlace.getAndSet(NOBODY).run();
                        return checkpoint;
                    }

                    @Override
                    public Subscription follow(FollowRequest request, EventHandler handler) {
                        Subscription subscription = super.follow(request, handler);
                        atPlace.getAndSet(NOBODY).run();
                        return subscription;
                    }
                };
    }
}
