package org.leftfold.framework.projection;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.leftfold.api.RecordedEvent;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.projection.Projection.Definition;
import org.leftfold.framework.projection.Projection.Effect;
import org.leftfold.framework.transform.Originals;

/**
 * Lets each row take a fact once: a split or merge of streams copies events within a store, and a
 * projection that reads both old and new streams meets such a fact twice. What a copy was made of
 * is looked up, so it makes no difference whether the view lived then or is rebuilt, and if the
 * original is there no more, the copy stands for it. Immutable, safe for any thread.
 */
final class CopiedFacts<E> {
    private final Definition<E, ?> definition;
    private final EventCodec<E> codec;

    CopiedFacts(Definition<E, ?> definition, EventCodec<E> codec) {
        this.definition = definition;
        this.codec = codec;
    }

    /**
     * What an event was copied from, as far as this projection reads it.
     *
     * @throws org.leftfold.api.StoreUnavailableException if the store does not answer; the event is
     *     not to blame for that
     */
    List<RecordedEvent> originals(RecordedEvent stored, Originals in) {
        List<RecordedEvent> all = in.of(stored);
        return all.isEmpty() ? all : all.stream().filter(definition.query()::matches).toList();
    }

    /**
     * Which rows took an event already, when what it was copied from came. A subscriber that cannot
     * be cleared has effects elsewhere, and those happen once, whatever the key.
     */
    Predicate<String> taken(List<RecordedEvent> read) {
        if (read.isEmpty()) {
            return Set.<String>of()::contains;
        }
        if (definition.effect() instanceof Effect.Calls<E, ?> calls && calls.clearing() == null) {
            return key -> true;
        }
        Set<String> keys = new HashSet<>();
        for (RecordedEvent original : read) {
            if (definition.keying().isOutside()) {
                keys.addAll(definition.keying().of(original));
            } else {
                for (DomainEvent<E> event : codec.decode(original)) {
                    keys.addAll(definition.keying().of(event));
                }
            }
        }
        return keys::contains;
    }
}
