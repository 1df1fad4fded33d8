package org.leftfold.benchmarks.sql;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.jspecify.annotations.Nullable;
import org.leftfold.benchmarks.stores.WrongVersionException;

/**
 * A persistent actor that has one stream or several, and checks their versions: that is the rule of
 * the actor, the journal has none. One message at a time, as actors do.
 */
final class PekkoEntity extends AbstractPersistentActor {
    private final String id;
    private final Map<String, Long> versions = new HashMap<>();
    private @Nullable Append current; // while the journal writes

    /**
     * A message: append these.
     *
     * @param events in the form of {@link PekkoEvent}
     * @param done completed when they are durable, or refused
     */
    record Append(
            String stream,
            long expectedVersion,
            List<byte[]> events,
            CompletableFuture<Boolean> done) {}

    PekkoEntity(String id) {
        this.id = id;
    }

    @Override
    public String persistenceId() {
        return id;
    }

    @Override
    public Receive createReceiveRecover() {
        return receiveBuilder()
                .match(byte[].class, event -> count(PekkoEvent.decode(id, event).stream(), 1))
                .build();
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder().match(Append.class, this::append).build();
    }

    private void append(Append append) {
        long version = versions.getOrDefault(append.stream(), 0L);
        if (version != append.expectedVersion()) {
            append.done()
                    .completeExceptionally(
                            new WrongVersionException(
                                    append.stream(), append.expectedVersion(), version));
            return;
        }
        current = append;
        int[] missing = {append.events().size()};
        persistAll(
                append.events(),
                event -> {
                    missing[0]--;
                    if (missing[0] == 0) {
                        count(append.stream(), append.events().size());
                        append.done().complete(true);
                    }
                });
    }

    private void count(String stream, long events) {
        versions.merge(stream, events, Long::sum);
    }

    @Override
    public void onPersistFailure(Throwable cause, Object event, long sequenceNumber) {
        fail(cause);
        super.onPersistFailure(cause, event, sequenceNumber);
    }

    @Override
    public void onPersistRejected(Throwable cause, Object event, long sequenceNumber) {
        fail(cause);
        super.onPersistRejected(cause, event, sequenceNumber);
    }

    private void fail(Throwable cause) {
        if (current != null) {
            current.done().completeExceptionally(cause);
        }
    }
}
