package org.leftfold.framework.projection;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.spi.NameRule;
import org.leftfold.api.spi.ViewTransaction;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.privacy.Privacy;

/**
 * What events mean for a view, or what a subscriber does about them. A row takes each fact once: an
 * event that a split or merge of streams copied has no effect on a row that the original concerns
 * too. Immutable.
 *
 * <pre>{@code
 * Projection<LeadSearch> search = Projection.of("lead-search", LeadSearch.class, leadEvents).build();
 *
 * Projection<Funnel> funnel =
 *         Projection.of("funnel", Funnel.class, loanEvents).keyedBy(Keying.single("all")).build();
 *
 * Projection<Void> mailer = Projection.subscriber(new Mailer(), leadEvents).build();
 * }</pre>
 *
 * @param <V> class of the rows; {@code Void} for a subscriber
 */
public final class Projection<V> {
    /** Most parts of a view: each reads the store for itself. */
    public static final int MAX_PARTS = 64;

    /** Empties what a subscriber has written for a generation. */
    @FunctionalInterface
    public interface Clearing {
        /**
         * Empties it, and makes what is missing; called before the first event of a rebuild, and
         * when a generation is not needed any more.
         *
         * @param generation which one
         */
        void clear(ViewTransaction transaction, int generation) throws Exception;
    }

    /** Folds an event into a row. */
    @FunctionalInterface
    public interface Evolution<E, V> {
        /**
         * The row behind an event.
         *
         * @param row the row before it; null where there is none
         * @param event the event
         * @param key the key of the row: an event may concern several
         * @return null where there shall be no row any more
         */
        @Nullable V evolve(@Nullable V row, DomainEvent<E> event, String key);
    }

    private final Definition<?, V> definition;

    private Projection(Definition<?, V> definition) {
        this.definition = definition;
    }

    /** A definition with the type of its events. */
    record Definition<E, V>(
            String name,
            int version,
            int parts,
            EventSchema<E> schema,
            QueryItem narrowing,
            Set<Class<?>> events,
            Query query,
            Keying<E> keying,
            ErrorPolicy errors,
            Trigger trigger,
            Effect<E, V> effect,
            @Nullable Emits<E, V, ?> emits) {
        boolean canBeRebuilt() {
            return !(effect instanceof Effect.Calls<E, V> calls) || calls.clearing() != null;
        }

        Definition<E, V> with(ErrorPolicy policy) {
            return new Definition<>(
                    name, version, parts, schema, narrowing, events, query, keying, policy, trigger,
                    effect, emits);
        }
    }

    /** What a projection appends besides. */
    record Emits<E, V, C>(EventSchema<C> schema, Emission<E, V, C> emission) {}

    /** What is done with events. */
    sealed interface Effect<E, V> {
        /** Rows are folded. */
        record Rows<E, V>(Class<V> type, RowSession.Fold<E, V> fold) implements Effect<E, V> {}

        /** A subscriber is called. */
        record Calls<E, V>(Object subscriber, Dispatch dispatch, @Nullable Clearing clearing)
                implements Effect<E, V> {}
    }

    /**
     * Begins a view of objects that take events by their {@code apply} methods, each with one
     * parameter: an event, a type of some, or a {@link DomainEvent}. Events without such a method
     * are not read. A row is an object of the class, with its fields kept as JSON; it begins as its
     * constructor without parameters makes it. Unless said otherwise there is one for each stream.
     *
     * @param name name of the view; chosen once, as it is stored
     * @throws DefinitionException if the class cannot be used (LF-1201)
     * @throws InvalidRequestException if the name is not allowed (LF-1001)
     */
    public static <E, V> Builder<E, V> of(String name, Class<V> type, EventSchema<E> schema) {
        Dispatch dispatch = Dispatch.toApply(type, schema);
        return new Builder<>(
                name,
                schema,
                dispatch.events(),
                new Effect.Rows<>(type, Folds.objects(type, dispatch)));
    }

    /**
     * Begins a view of values that a function gives.
     *
     * @param type class of the rows; their fields are kept as JSON
     * @param evolution folds an event into a row
     * @param events the classes of events that are read, or types of some; all if none is named
     * @throws DefinitionException if the class cannot be used (LF-1201)
     * @throws InvalidRequestException if the name is not allowed (LF-1001)
     */
    public static <E, V> Builder<E, V> of(
            String name,
            Class<V> type,
            EventSchema<E> schema,
            Evolution<E, V> evolution,
            Class<?>... events) {
        Set<Class<?>> known = new LinkedHashSet<>(schema.eventClasses());
        for (Class<?> event : events) {
            schema.item(event); // says what is wrong with it
        }
        if (events.length > 0) {
            known.removeIf(each ->
                    List.of(events).stream().noneMatch(wanted -> wanted.isAssignableFrom(each)));
        }
        return new Builder<>(
                name, schema, known, new Effect.Rows<>(type, Folds.values(type, evolution)));
    }

    /**
     * Begins a projection that calls the methods of a subscriber: an object of a class with {@link
     * EventSubscriber}, whose {@code id} is the name.
     *
     * @throws DefinitionException if the class cannot be used (LF-1201)
     */
    public static <E> Builder<E, Void> subscriber(Object subscriber, EventSchema<E> schema) {
        EventSubscriber given = subscriber.getClass().getAnnotation(EventSubscriber.class);
        if (given == null) {
            throw new DefinitionException(
                    subscriber.getClass().getName(),
                    List.of("it is a subscriber without a name: add @EventSubscriber(id = ...)"));
        }
        Dispatch dispatch = Dispatch.toHandlers(subscriber.getClass(), schema);
        return new Builder<>(
                given.id(),
                schema,
                dispatch.events(),
                new Effect.Calls<>(subscriber, dispatch, null));
    }

    /** Its name. */
    public String name() {
        return definition.name();
    }

    /** Version of its code. */
    public int version() {
        return definition.version();
    }

    /** In how many parts it works. */
    public int parts() {
        return definition.parts();
    }

    /** The same with another policy for events that fail, as for a test. */
    public Projection<V> with(ErrorPolicy policy) {
        return new Projection<>(definition.with(policy));
    }

    /** Whether the rows that an event concerns are known before it is read; see {@link Keying}. */
    public boolean knowsKeysAhead() {
        return definition.keying().isOutside();
    }

    /** Whether it can be rebuilt: not where nothing says how what it has written is emptied. */
    public boolean canBeRebuilt() {
        return definition.canBeRebuilt();
    }

    /** The schema of the events that it reads. */
    public EventSchema<?> schema() {
        return definition.schema();
    }

    Definition<?, V> definition() {
        return definition;
    }

    @Override
    public String toString() {
        return "projection '%s' version %d".formatted(name(), version());
    }

    /** Puts a projection together. Not safe for several threads. */
    public static final class Builder<E, V> {
        /** Events of handled messages have it, of whatever class they are. */
        private static final String MESSAGE_TAG = "message";

        private final String name;
        private final EventSchema<E> schema;
        private final Set<Class<?>> events;
        private Effect<E, V> effect;
        private Keying<E> keying = Keying.stream();
        private ErrorPolicy errors = ErrorPolicy.DEFAULT;
        private Trigger trigger = new Trigger.ByEvent();
        private @Nullable Emits<E, V, ?> emits;
        private QueryItem narrowing = QueryItem.everything();
        private int version = 1;
        private int parts = 1;

        private Builder(
                String name, EventSchema<E> schema, Set<Class<?>> events, Effect<E, V> effect) {
            this.name = NameRule.check("projection name", name);
            this.schema = schema;
            this.events = events;
            this.effect = effect;
        }

        /** Which rows an event concerns; a row for each stream unless this says otherwise. */
        public Builder<E, V> keyedBy(Keying<E> by) {
            keying = by;
            return this;
        }

        /** What becomes of events that fail; {@link ErrorPolicy#DEFAULT} unless said otherwise. */
        public Builder<E, V> onError(ErrorPolicy policy) {
            errors = policy;
            return this;
        }

        /** When it is brought up to date; with every event unless this says otherwise. */
        public Builder<E, V> trigger(Trigger when) {
            trigger = when;
            return this;
        }

        /**
         * Reads only events that this item matches too, such as one with a category or tags.
         *
         * @param item an item without types
         */
        public Builder<E, V> only(QueryItem item) {
            narrowing = item;
            return this;
        }

        /**
         * Version of its code, 1 unless this says otherwise. Raise it when the code gives other
         * rows than before: then a new generation is built beside the one that is read, and takes
         * its place when it has caught up.
         *
         * @throws InvalidRequestException if it is below 1 (LF-1003)
         */
        public Builder<E, V> version(int number) {
            if (number < 1) {
                throw InvalidRequestException.number(
                        "projection version", number, "it must be at least 1");
            }
            version = number;
            return this;
        }

        /**
         * In how many parts it works side by side; 1 unless this says otherwise. Events of one key
         * are in one part, and in order. Of a view that exists the next rebuild makes it so.
         *
         * @throws InvalidRequestException if it is not 1 to {@value Projection#MAX_PARTS} (LF-1003)
         */
        public Builder<E, V> parts(int count) {
            if (count < 1 || count > MAX_PARTS) {
                throw InvalidRequestException.number(
                        "parts of a projection", count, "1 to " + MAX_PARTS + " are possible");
            }
            parts = count;
            return this;
        }

        /**
         * Appends coarse events that follow from the fine ones, to the same store: each once,
         * whatever is repeated, and durable before the view has passed the fine event. Their ids
         * follow from its id; it is their cause, and who and why is as with it. Muted in a rebuild,
         * so rows behind a change of the code do not emit anew what they emitted before.
         *
         * @param coarse the schema of the coarse events, which have no personal data
         * @throws DefinitionException if they have (LF-1201)
         * @throws IllegalStateException of a subscriber, which has no rows
         */
        public <C> Builder<E, V> emitting(EventSchema<C> coarse, Emission<E, V, C> emission) {
            if (effect instanceof Effect.Calls<E, V>) {
                throw new IllegalStateException("'%s' has no rows".formatted(name));
            }
            for (Class<?> event : coarse.eventClasses()) {
                if (Privacy.isPersonal(event)) {
                    throw new DefinitionException(
                            "projection '%s'".formatted(name),
                            List.of(
                                    "%s has personal data, which would be encrypted differently when it is emitted again: leave it out"
                                            .formatted(event.getName())));
                }
            }
            emits = new Emits<>(coarse, emission);
            return this;
        }

        /**
         * How what a subscriber has written is emptied, without which it cannot be rebuilt.
         *
         * @throws IllegalStateException of a view whose rows are kept by Leftfold, which empties
         *     them itself
         */
        public Builder<E, V> clearedBy(Clearing clearing) {
            if (!(effect instanceof Effect.Calls<E, V> calls)) {
                throw new IllegalStateException(
                        "the rows of '%s' are emptied without that".formatted(name));
            }
            effect = new Effect.Calls<>(calls.subscriber(), calls.dispatch(), clearing);
            return this;
        }

        /**
         * Checks all of it.
         *
         * @throws DefinitionException if the rows cannot be kept as JSON, or they are keyed by a
         *     tag that none of its events has (LF-1201)
         * @throws InvalidRequestException if the query becomes too large (LF-1002)
         */
        public Projection<V> build() {
            checkTag(keying.tagKey());
            Query query = schema.query(narrowing, events.toArray(Class<?>[]::new));
            return new Projection<>(
                    new Definition<>(
                            name,
                            version,
                            parts,
                            schema,
                            narrowing,
                            Set.copyOf(events),
                            query,
                            keying,
                            errors,
                            trigger,
                            effect,
                            emits));
        }

        /** A misspelt key of a tag would leave the view empty, and nobody would be told. */
        private void checkTag(String key) {
            Set<String> known = schema.tagKeys(events).orElse(Set.of(key));
            if (key.isEmpty() || known.contains(key) || key.equals(MESSAGE_TAG)) {
                return;
            }
            throw new DefinitionException(
                    "projection '%s'".formatted(name),
                    List.of(
                            "it is keyed by the tag '%s', which none of its events has: %s. Spell it as one of these, or say in the schema which events have it, with @Tagged or tags(...)"
                                    .formatted(
                                            key,
                                            known.isEmpty()
                                                    ? "they have no tags"
                                                    : "they have '%s'"
                                                            .formatted(
                                                                    String.join("', '", known)))));
        }
    }
}
