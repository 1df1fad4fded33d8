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
    private static final Predicate<String> NONE = key -> false;

    private final Definition<E, ?> definition;
    private final EventCodec<E> codec;

    CopiedFacts(Definition<E, ?> definition, EventCodec<E> codec) {
        this.definition = definition;
        this.codec = codec;
    }

    /**
     * Which rows took an event already, when what it was copied from came. A subscriber that cannot
     * be cleared has effects elsewhere, and those happen once, whatever the key.
     */
    Predicate<String> taken(RecordedEvent stored, Originals originals) {
        List<RecordedEvent> read =
                originals.of(stored).stream().filter(definition.query()::matches).toList();
        if (read.isEmpty()) {
            return NONE;
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
