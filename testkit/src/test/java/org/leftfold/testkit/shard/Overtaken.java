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
    private final AtomicReference<Runnable> atPlace = new AtomicReference<>();
    private final AtomicReference<Runnable> atRead = new AtomicReference<>();
    private final AtomicReference<Runnable> atAppend = new AtomicReference<>();
    private boolean again;

    /** Once, behind the next time that a shard is asked where it ends, or followed from there. */
    void behindPlace(Runnable others) {
        atPlace.set(others);
    }

    /** Once, behind the next read that is opened. */
    void behindRead(Runnable others) {
        atRead.set(others);
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
                        come(atAppend);
                        return super.append(append);
                    }

                    @Override
                    public Events read(ReadRequest request) {
                        Events events = super.read(request);
                        Runnable others = come(atRead);
                        atRead.set(again ? others : null);
                        return events;
                    }

                    @Override
                    public Checkpoint checkpoint() {
                        Checkpoint checkpoint = super.checkpoint();
                        come(atPlace);
                        return checkpoint;
                    }

                    @Override
                    public Subscription follow(FollowRequest request, EventHandler handler) {
                        Subscription subscription = super.follow(request, handler);
                        come(atPlace);
                        return subscription;
                    }
                };
    }

    /** Lets them come, if there are any, and only once. */
    private static Runnable come(AtomicReference<Runnable> moment) {
        Runnable others = moment.getAndSet(null);
        if (others != null) {
            others.run();
        }
        return others;
    }
}
