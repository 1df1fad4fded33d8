package org.leftfold.framework.projection;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.leftfold.api.EventStore;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.codec.EventSchema;
import org.leftfold.framework.projection.Projection.Effect;
import org.leftfold.framework.projection.ProjectionRun.Role;

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
        requireUsable(projections.values());
        return new Projections(this, Sharing.ALONE, name -> Role.ALL);
    }

    /**
     * Looks after them without working on any: for tools that ask how they are doing, retry what is
     * parked, begin rebuilds and swap them, while other programs work on them.
     *
     * @throws org.leftfold.api.StoreUnavailableException if the store of the views does not answer
     */
    public Projections manage() {
        return new Projections(this, Sharing.ALONE, name -> Role.NOTHING);
    }

    /**
     * The same, but works on the rebuild of one of them, once it has begun: for a rebuild in a
     * process of its own. What is read is left to others.
     *
     * @throws ProjectionRefusedException if there is none of that name (LF-1220)
     * @throws DefinitionException if it cannot be used with this store of views (LF-1201)
     * @throws org.leftfold.api.StoreUnavailableException if the store of the views does not answer
     */
    public Projections rebuilding(String name) {
        Projection<?> projection = projections.get(name);
        if (projection == null) {
            throw ProjectionRefusedException.unknown(name, projections.keySet());
        }
        requireUsable(List.of(projection));
        return new Projections(
                this, Sharing.ALONE, each -> each.equals(name) ? Role.REBUILD : Role.NOTHING);
    }

    /** Those that were added, in this order. */
    public List<Projection<?>> projections() {
        return List.copyOf(projections.values());
    }

    private void requireUsable(Collection<Projection<?>> wanted) {
        List<String> problems = new ArrayList<>();
        for (Projection<?> projection : wanted) {
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
