package org.leftfold.testkit.scenario;

import java.util.concurrent.CompletableFuture;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventHandler;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.FollowRequest;
import org.leftfold.api.Payload;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.Subscription;

/** A store whose followers get one event with a payload that nobody can read, until it is cured. */
final class PoisonedStore implements EventStore {
    private static final Payload POISON = Payload.ofText("{poison");

    private final EventStore store;
    private final long position;
    private volatile boolean cured; // written by the test, read by all

    PoisonedStore(EventStore store, long position) {
        this.store = store;
        this.position = position;
    }

    /** From now on the event can be read. */
    void cure() {
        cured = true;
    }

    private RecordedEvent seen(RecordedEvent event) {
        if (cured || event.position() != position) {
            return event;
        }
        return new RecordedEvent(
                event.position(),
                event.stream(),
                event.version(),
                event.id(),
                event.type(),
                event.schemaVersion(),
                event.recordedAt(),
                POISON,
                event.metadata(),
                event.tags());
    }

    @Override
    public Subscription follow(FollowRequest request, EventHandler handler) {
        return store.follow(
                request,
                new EventHandler() {
                    @Override
                    public void handle(RecordedEvent event) throws Exception {
                        handler.handle(seen(event));
                    }

                    @Override
                    public void handle(RecordedEvent event, Checkpoint behind) throws Exception {
                        handler.handle(seen(event), behind);
                    }

                    @Override
                    public void caughtUp(Checkpoint checkpoint) throws Exception {
                        handler.caughtUp(checkpoint);
                    }

                    @Override
                    public void fellBehind(Checkpoint checkpoint) throws Exception {
                        handler.fellBehind(checkpoint);
                    }
                });
    }

    @Override
    public AppendResult append(Append append) {
        return store.append(append);
    }

    @Override
    public CompletableFuture<AppendResult> appendAsync(Append append) {
        return store.appendAsync(append);
    }

    @Override
    public Events read(ReadRequest request) {
        return store.read(request);
    }

    @Override
    public long head() {
        return store.head();
    }

    @Override
    public long version(StreamName stream) {
        return store.version(stream);
    }

    @Override
    public Checkpoint checkpoint() {
        return store.checkpoint();
    }

    @Override
    public void close() {
        store.close();
    }
}
