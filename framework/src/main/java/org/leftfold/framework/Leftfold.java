package org.leftfold.framework;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventStore;
import org.leftfold.api.Query;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.framework.aggregate.AggregateRoot;
import org.leftfold.framework.aggregate.AggregateType;
import org.leftfold.framework.aggregate.Command;
import org.leftfold.framework.aggregate.Event;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.codec.JsonFormat;
import org.leftfold.framework.codec.PayloadFormat;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.privacy.Privacy;
import org.leftfold.framework.projection.LiveFold;
import org.leftfold.framework.projection.Projection;
import org.leftfold.framework.projection.ProjectionsBuilder;
import org.leftfold.framework.reflect.TypeArguments;
import org.leftfold.framework.repository.DecisionsBuilder;
import org.leftfold.framework.repository.Repository;
import org.leftfold.framework.repository.RepositoryBuilder;

/**
 * Domain code on an event store.
 *
 * <pre>{@code
 * var lockers = Leftfold.on(store).repository("locker", new LockerDecider());
 * lockers.handle("L7", new Reserve("p1", until), by("anna").because("pickup"));
 * }</pre>
 *
 * <p>Everything is checked when a repository is made: a {@link DefinitionException} (LF-1201) names
 * all that is missing. Immutable; safe for any thread.
 */
public final class Leftfold {
    private final EventStore store;
    private final PayloadFormat format;
    private final @Nullable Privacy privacy;

    private Leftfold(EventStore store, PayloadFormat format, @Nullable Privacy privacy) {
        this.store = store;
        this.format = format;
        this.privacy = privacy;
    }

    /** On a store, which stays the caller's to close. */
    public static Leftfold on(EventStore store) {
        return new Leftfold(store, new JsonFormat(), null);
    }

    /** The same with payloads in another format. */
    public Leftfold with(PayloadFormat other) {
        return new Leftfold(store, other, privacy);
    }

    /** The same with personal data encrypted; one {@code Privacy} serves the whole program. */
    public Leftfold protecting(Privacy by) {
        return new Leftfold(store, format, by);
    }

    /** A repository with defaults; see {@link #define(String, Decider)}. */
    public <C, S, E> Repository<C, S, E> repository(String category, Decider<C, S, E> decider) {
        return define(category, decider).build();
    }

    /** A repository with defaults; see {@link #define(String, Class)}. */
    public <A extends AggregateRoot<C, E>, C extends Command, E extends Event>
            Repository<C, A, E> repository(String category, Class<A> type) {
        return define(category, type).build();
    }

    /**
     * Begins a repository for a decider whose class says which events it has, and whose events need
     * no upcaster.
     *
     * @param category the first part of the names of their streams; chosen once, as it is stored
     */
    public <C, S, E> RepositoryBuilder<C, S, E> define(String category, Decider<C, S, E> decider) {
        Class<?> events = TypeArguments.find(decider.getClass(), Decider.class, 2);
        return define(category, decider, LeftfoldTypes.schema(decider.getClass(), events));
    }

    /** Begins a repository for a decider. */
    public <C, S, E> RepositoryBuilder<C, S, E> define(
            String category, Decider<C, S, E> decider, EventSchema<E> schema) {
        return RepositoryBuilder.ofDecider(store, category, decider, codec(schema));
    }

    /** Begins a repository for a class of aggregates whose events need no upcaster. */
    public <A extends AggregateRoot<C, E>, C extends Command, E extends Event>
            RepositoryBuilder<C, A, E> define(String category, Class<A> type) {
        Class<?> events = TypeArguments.find(type, AggregateRoot.class, 1);
        EventSchema<E> schema = LeftfoldTypes.schemaOfAggregates(type, events);
        return define(category, AggregateType.of(type, schema), schema);
    }

    /** Begins a repository for a class of aggregates, which was checked with this schema. */
    public <A extends AggregateRoot<C, E>, C extends Command, E extends Event>
            RepositoryBuilder<C, A, E> define(
                    String category, AggregateType<A, C, E> type, EventSchema<E> schema) {
        return RepositoryBuilder.ofAggregates(store, category, type, codec(schema));
    }

    /**
     * Begins decisions over several streams, for a decider whose class says which events it has,
     * and whose events need no upcaster.
     *
     * @param name what errors call them; a legal name
     * @param boundary the events that a command depends on, as narrow as they are: every new event
     *     that matches makes the command be decided again
     * @param home the stream that an event belongs to
     */
    public <C, S, E> DecisionsBuilder<C, S, E> decisions(
            String name,
            Decider<C, S, E> decider,
            Function<? super C, Query> boundary,
            Function<? super E, StreamName> home) {
        Class<?> events = TypeArguments.find(decider.getClass(), Decider.class, 2);
        EventSchema<E> schema = LeftfoldTypes.schema(decider.getClass(), events);
        return decisions(name, decider, schema, boundary, home);
    }

    /** The same for a decider with this schema of its events. */
    public <C, S, E> DecisionsBuilder<C, S, E> decisions(
            String name,
            Decider<C, S, E> decider,
            EventSchema<E> schema,
            Function<? super C, Query> boundary,
            Function<? super E, StreamName> home) {
        return new DecisionsBuilder<>(store, name, decider, codec(schema), boundary, home);
    }

    /**
     * Begins the projections of a program.
     *
     * @param views where their rows are kept, and how far they are
     */
    public ProjectionsBuilder projections(ViewStore views) {
        return new ProjectionsBuilder(store, this::codec, views);
    }

    /** A view that is folded from the events when it is asked for, and kept nowhere. */
    public <V> LiveFold<V> fold(Projection<V> projection) {
        return LiveFold.of(store, this::codec, projection);
    }

    /** A codec for the events of a schema, for reading and following the store with it. */
    public <E> EventCodec<E> codec(EventSchema<E> schema) {
        return privacy == null
                ? new EventCodec<>(schema, format)
                : new EventCodec<>(schema, format, privacy);
    }

    /** The store. */
    public EventStore store() {
        return store;
    }
}
