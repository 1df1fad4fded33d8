package org.leftfold.framework.projection;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.projection.Projection.Definition;
import org.leftfold.framework.projection.Projection.Effect;
import org.leftfold.framework.transform.Originals;

/**
 * A view that is folded when it is asked for, and kept nowhere: as it is now, or as it was. An
 * event that fails makes the call fail. Immutable, safe for any thread.
 */
public final class LiveFold<V> {
    private final Folding<?, V> folding;

    private LiveFold(Folding<?, V> folding) {
        this.folding = folding;
    }

    /**
     * A projection on a store.
     *
     * @param codecs gives the codec of its events
     * @throws ProjectionRefusedException if it is a subscriber, which has no rows (LF-1221)
     */
    public static <V> LiveFold<V> of(
            EventStore store, ProjectionsBuilder.Codecs codecs, Projection<V> projection) {
        return of(store, codecs, projection.definition());
    }

    private static <E, V> LiveFold<V> of(
            EventStore store, ProjectionsBuilder.Codecs codecs, Definition<E, V> definition) {
        return of(store, definition, codecs.codec(definition.schema()));
    }

    static <E, V> LiveFold<V> of(
            EventStore store, Definition<E, V> definition, EventCodec<E> codec) {
        if (!(definition.effect() instanceof Effect.Rows<E, V> rows)) {
            throw ProjectionRefusedException.notNow(
                    definition.name(), "a subscriber has no rows; look where it writes");
        }
        return new LiveFold<>(
                new Folding<>(
                        store,
                        definition,
                        codec,
                        rows.fold(),
                        OptionalLong.empty(),
                        Optional.empty()));
    }

    /** The same view as it was right behind a position of the store. */
    public LiveFold<V> upTo(long position) {
        return new LiveFold<>(folding.until(OptionalLong.of(position), folding.until()));
    }

    /** The same view with what was recorded up to a moment. */
    public LiveFold<V> asOf(Instant moment) {
        return new LiveFold<>(folding.until(folding.to(), Optional.of(moment)));
    }

    /**
     * The row of a key. Where keys are streams or tags, only their events are read; else all that
     * the projection reads.
     */
    public Optional<V> find(String key) {
        return Optional.ofNullable(folding.fold(folding.queryOf(key), key::equals).get(key));
    }

    /** All rows, which have to fit into memory, in the order in which they came to be. */
    public Map<String, V> all() {
        return folding.fold(folding.definition().query(), any -> true);
    }

    /** How it is folded, with the type of the events. */
    private record Folding<E, V>(
            EventStore store,
            Definition<E, V> definition,
            EventCodec<E> codec,
            RowSession.Fold<E, V> fold,
            OptionalLong to,
            Optional<Instant> until) {
        Folding<E, V> until(OptionalLong position, Optional<Instant> moment) {
            return new Folding<>(store, definition, codec, fold, position, moment);
        }

        Query queryOf(String key) {
            return definition
                    .keying()
                    .narrow(definition.narrowing(), key)
                    .map(item ->
                            definition
                                    .schema()
                                    .query(item, definition.events().toArray(Class<?>[]::new)))
                    .orElse(definition.query());
        }

        Map<String, V> fold(Query query, Predicate<String> wanted) {
            Map<String, V> rows = new LinkedHashMap<>();
            ReadRequest all = ReadRequest.of(query);
            try (Events events = store.read(to.isPresent() ? all.to(to.getAsLong()) : all)) {
                while (events.hasNext()) {
                    RecordedEvent stored = events.next();
                    if (until.isPresent() && stored.recordedAt().isAfter(until.get())) {
                        break; // times of recording never decrease
                    }
                    apply(stored, wanted, rows);
                }
            }
            return rows;
        }

        private void apply(RecordedEvent stored, Predicate<String> wanted, Map<String, V> rows) {
            CopiedFacts<E> copies = new CopiedFacts<>(definition, codec);
            Predicate<String> taken = copies.taken(copies.originals(stored, Originals.in(store)));
            for (DomainEvent<E> event : codec.decode(stored)) {
                for (String key : definition.keying().of(event)) {
                    if (wanted.test(key) && !taken.test(key)) {
                        V row = evolved(rows.get(key), event, key);
                        if (row == null) {
                            rows.remove(key);
                        } else {
                            rows.put(key, row);
                        }
                    }
                }
            }
        }

        private @Nullable V evolved(@Nullable V row, DomainEvent<E> event, String key) {
            try {
                return fold.evolve(row, event, key);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(
                        "projection '%s' fails on version %d of stream '%s'"
                                .formatted(definition.name(), event.version(), event.stream()),
                        e);
            }
        }
    }
}
