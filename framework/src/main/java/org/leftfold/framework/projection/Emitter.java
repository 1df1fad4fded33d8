package org.leftfold.framework.projection;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventId;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.transform.Provenance;

/**
 * Appends coarse events, each under an id that follows from the fine event, the key and the name of
 * the projection: whoever appends one again finds that it is there (G5). They are durable before
 * the place behind the fine events is. Of one thread.
 */
final class Emitter<E, V, C> {
    private final EventStore store;
    private final EventCodec<C> codec;
    private final Emission<E, V, C> emission;
    private final UUID namespace;
    private final List<Waiting> waiting = new ArrayList<>();

    /**
     * An append that is still to be made.
     *
     * @param append the append
     * @param key the row whose event it follows from
     */
    private record Waiting(Append append, String key) {}

    Emitter(EventStore store, EventCodec<C> codec, Emission<E, V, C> emission, String name) {
        this.store = store;
        this.codec = codec;
        this.emission = emission;
        this.namespace =
                UUID.nameUUIDFromBytes(
                        ("leftfold.emission/" + name).getBytes(StandardCharsets.UTF_8));
    }

    /** Remembers what follows from an event; from a copied one that followed when it was new. */
    void after(V row, DomainEvent<E> event, String key) {
        if (Provenance.of(event.stored()).isPresent()) {
            return;
        }
        int number = 0;
        for (Emission.Emitted<C> emitted : emission.after(row, event, key)) {
            String identity =
                    "%s/%s/%d/%d/%s"
                            .formatted(
                                    event.stream(),
                                    event.stored().id(),
                                    event.part(),
                                    number++,
                                    key);
            NewEvent encoded = codec.encode(emitted.event(), metadata(event), Set.of());
            NewEvent named =
                    new NewEvent(
                            EventId.fromName(namespace, identity),
                            encoded.type(),
                            encoded.schemaVersion(),
                            encoded.payload(),
                            encoded.metadata(),
                            encoded.tags());
            Append append = Append.to(emitted.stream(), ExpectedVersion.any(), List.of(named));
            waiting.add(new Waiting(append, key));
        }
    }

    /** Who and why is as with the fine event, which is the cause. */
    private static Metadata metadata(DomainEvent<?> event) {
        Metadata of = event.stored().metadata();
        Optional<String> correlation = of.value(Metadata.CORRELATION_ID);
        return of.with(Metadata.CAUSATION_ID, event.stored().id().toString())
                .with(Metadata.CORRELATION_ID, correlation.orElse(event.stored().id().toString()));
    }

    /**
     * Appends what was remembered; on return it is durable.
     *
     * @param next hears the key of which it is told next whether it was appended
     */
    void flush(Consumer<String> next) {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        List<CompletableFuture<AppendResult>> under = new ArrayList<>();
        all.forEach(each -> under.add(store.appendAsync(each.append)));
        try {
            for (int i = 0; i < all.size(); i++) {
                next.accept(all.get(i).key);
                AppendResult unused = under.get(i).join();
            }
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException unchecked ? unchecked : e;
        }
    }
}
