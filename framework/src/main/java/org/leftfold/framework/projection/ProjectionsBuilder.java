package org.leftfold.framework.projection;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.leftfold.api.EventStore;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.projection.Projection.Effect;

/** Puts the projections of a program together. Not safe for several threads. */
public final class ProjectionsBuilder {
    final EventStore store;
    final Codecs codecs;
    final ViewStore views;
    final Map<String, Projection<?>> projections = new LinkedHashMap<>();
    ProjectionListener listener = ProjectionListener.logging();
    ProjectionTime time = SystemTime.INSTANCE;

    /** Gives the codec for the events of a schema. */
    public interface Codecs {
        /** The codec of a schema. */
        <E> EventCodec<E> codec(EventSchema<E> schema);
    }

    /** Without projections; {@code Leftfold.projections} gives one. */
    public ProjectionsBuilder(EventStore store, Codecs codecs, ViewStore views) {
        this.store = store;
        this.codecs = codecs;
        this.views = views;
    }

    /**
     * Adds a projection.
     *
     * @throws DefinitionException if there is one of that name (LF-1201)
     */
    public ProjectionsBuilder add(Projection<?> projection) {
        if (projections.putIfAbsent(projection.name(), projection) != null) {
            throw new DefinitionException(
                    "the projections",
                    List.of(
                            "two of them are called '%s', under which is kept how far one is: rename one"
                                    .formatted(projection.name())));
        }
        return this;
    }

    /** Who hears what happens to them; unless said otherwise what is bad is logged. */
    public ProjectionsBuilder listener(ProjectionListener other) {
        listener = new ShieldedListener(other);
        return this;
    }

    /**
     * Starts all of them.
     *
     * @throws DefinitionException if one cannot be used with this store of views, or an event not
     *     be read (LF-1201)
     * @throws org.leftfold.api.StoreUnavailableException if the store of the views does not answer
     */
    public Projections start() {
        requireUsable();
        return new Projections(this, Sharing.ALONE);
    }

    /**
     * Looks after them without working on any: for tools that ask how they are doing, retry what is
     * parked, begin rebuilds and swap them, while other programs work on them.
     *
     * @throws org.leftfold.api.StoreUnavailableException if the store of the views does not answer
     */
    public Projections manage() {
        return new Projections(this, Sharing.NOTHING);
    }

    /** The names of those that were added. */
    public Set<String> names() {
        return Collections.unmodifiableSet(projections.keySet());
    }

    private void requireUsable() {
        List<String> problems = new ArrayList<>();
        for (Projection<?> projection : projections.values()) {
            if (projection.definition().effect() instanceof Effect.Calls<?, ?> calls) {
                for (Class<?> needed : calls.dispatch().needs()) {
                    boolean isThere =
                            views.inTransaction(
                                    transaction -> transaction.unwrap(needed).isPresent());
                    if (!isThere) {
                        problems.add(
                                "subscriber '%s' has a parameter of %s, which this store of views has not: leave it out, or take another store"
                                        .formatted(projection.name(), needed.getName()));
                    }
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new DefinitionException("the projections", problems);
        }
    }
}
