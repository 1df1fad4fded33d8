package org.leftfold.framework.projection;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Checkpoint;
import org.leftfold.api.EventStore;
import org.leftfold.api.Query;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.spi.ViewStore.View;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.projection.Item.Step;
import org.leftfold.framework.projection.Projection.Definition;
import org.leftfold.framework.projection.Projection.Effect;
import org.leftfold.framework.projection.Projection.Emits;

/** A projection that can read events. Immutable, safe for any thread. */
final class Work<E, V> {
    private final Definition<E, V> definition;
    private final EventCodec<E> codec;
    private final Supplier<@Nullable Emitter<E, V, ?>> emitters;

    private Work(
            Definition<E, V> definition,
            EventCodec<E> codec,
            Supplier<@Nullable Emitter<E, V, ?>> emitters) {
        this.definition = definition;
        this.codec = codec;
        this.emitters = emitters;
    }

    /** The work of a projection on a store. */
    static <E, V> Work<E, V> of(
            Definition<E, V> definition, EventStore store, ProjectionsBuilder.Codecs codecs) {
        return new Work<>(
                definition,
                codecs.codec(definition.schema()),
                emitters(definition, definition.emits(), store, codecs));
    }

    private static <E, V, C> Supplier<@Nullable Emitter<E, V, ?>> emitters(
            Definition<E, V> definition,
            @Nullable Emits<E, V, C> emits,
            EventStore store,
            ProjectionsBuilder.Codecs codecs) {
        if (emits == null) {
            return () -> null;
        }
        EventCodec<C> codec = codecs.codec(emits.schema());
        return () -> new Emitter<>(store, codec, emits.emission(), definition.name());
    }

    Definition<E, V> definition() {
        return definition;
    }

    /** Whether it does more than change rows. */
    boolean hasEffects() {
        return definition.emits() != null || definition.effect() instanceof Effect.Calls<E, V>;
    }

    String name() {
        return definition.name();
    }

    Query query() {
        return definition.query();
    }

    /** What reads the events. */
    EventCodec<E> codec() {
        return codec;
    }

    /** What an event means for a part of a view; null if nothing. */
    @Nullable Item<E> item(RecordedEvent stored, Checkpoint behind, int part, int parts) {
        Keying<E> keying = definition.keying();
        Set<String> keys = Set.of();
        try {
            if (keying.isOutside()) {
                keys = mine(keying.of(stored), part, parts);
                if (keys.isEmpty()) {
                    return null;
                }
            }
            List<DomainEvent<E>> events = codec.decode(stored);
            List<Step<E>> steps = new ArrayList<>(events.size());
            for (DomainEvent<E> event : events) {
                Set<String> own = keying.isOutside() ? keys : mine(keying.of(event), part, parts);
                own.forEach(key -> steps.add(new Step<>(key, event)));
            }
            if (steps.isEmpty()) {
                return null;
            }
            if (!keying.isOutside()) {
                keys =
                        steps.stream()
                                .map(Step::key)
                                .collect(Collectors.toCollection(LinkedHashSet::new));
            }
            return new Item<>(stored, behind, keys, steps, null);
        } catch (Exception e) {
            // Nobody can tell its keys: it holds up its stream, in each part for itself.
            Set<String> known = keys.isEmpty() ? Set.of(streamKey(stored)) : keys;
            return new Item<>(stored, behind, known, List.of(), e);
        }
    }

    /** The key under which events wait whose own keys nobody can tell. */
    static String streamKey(RecordedEvent stored) {
        return stored.stream().toString();
    }

    private static Set<String> mine(Set<String> keys, int part, int parts) {
        if (parts == 1) {
            return keys;
        }
        if (keys.size() == 1) {
            return Keying.part(keys.iterator().next(), parts) == part ? keys : Set.of();
        }
        return keys.stream()
                .filter(key -> Keying.part(key, parts) == part)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Folds single rows as of a place. */
    Refold.Folded folded(EventStore store) {
        if (!(definition.effect() instanceof Effect.Rows<E, V> rows)) {
            throw ProjectionRefusedException.notNow(
                    name(), "a subscriber has no rows; erase what it has written");
        }
        LiveFold<V> live = LiveFold.of(store, definition, codec);
        return (key, position) -> live.upTo(position).find(key).map(rows.fold()::write);
    }

    /** Begins to change a view. */
    Session<E> open(ViewTransaction transaction, View view, int parts) {
        Session.Place place = new Session.Place(transaction, view, parts);
        return switch (definition.effect()) {
            case Effect.Rows<E, V> rows ->
                    new RowSession<>(
                            rows.fold(),
                            place,
                            definition.emits() == null || isRebuild(transaction, view)
                                    ? null
                                    : emitters.get());
            case Effect.Calls<E, V> calls ->
                    new HandlerSession<>(
                            calls.subscriber(),
                            calls.dispatch(),
                            place,
                            isRebuild(transaction, view));
        };
    }

    /**
     * Whether the view is not the one that is read. Looked up in the transaction: a swap holds all
     * parts, so each event is on one side of it, and has its side effects once.
     */
    private static boolean isRebuild(ViewTransaction transaction, View view) {
        return ViewHeader.read(transaction.header(view.name()))
                .map(header -> header.current().generation() != view.generation())
                .orElse(false);
    }
}
