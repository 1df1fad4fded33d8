package org.leftfold.framework.projection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventStore;
import org.leftfold.api.spi.JoiningStore;
import org.leftfold.api.spi.LeaseStore;
import org.leftfold.api.spi.NameRule;
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
    private @Nullable LeaseStore leases;
    private String group = "";
    private String instance = "";
    private Duration leaseDuration = DEFAULT_LEASE;

    /** So long the parts of an instance that died stand still, unless said otherwise. */
    public static final Duration DEFAULT_LEASE = Duration.ofSeconds(10);

    /** What follows the name of a projection in that of a lease. */
    private static final String LONGEST_PART = "@1000000000/64";

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

    /**
     * Shares the parts of all these projections among the instances of a program: each part is
     * worked on by one of them. Without it, instances take turns at every event, which is as
     * correct and slower.
     *
     * @param leaseStore where they meet: one that all of them reach, and always the same, for views
     *     remember its fences
     * @param groupName what they call themselves together
     * @param instanceName what this one is called, as no other is that runs
     * @param duration how long the work of an instance stands still that has died
     * @throws org.leftfold.api.InvalidRequestException if a name (LF-1001) or the duration
     *     (LF-1003) is not allowed
     */
    public ProjectionsBuilder sharing(
            LeaseStore leaseStore, String groupName, String instanceName, Duration duration) {
        group = NameRule.check("group of instances", groupName);
        instance = NameRule.check("instance name", instanceName);
        leaseDuration = LeaseStore.checkDuration(duration);
        leases = leaseStore;
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
        projections
                .keySet()
                .forEach(name -> NameRule.check("lease", group + "/" + name + LONGEST_PART));
        return new Projections(this, sharing(instance, true), name -> Role.ALL);
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
     * process of its own. What is read is left to others; where instances share, so are the parts
     * of the rebuild that one of them has.
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
        Sharing free = sharing(instance + "-rebuild", false); // the program itself may run as well
        return new Projections(this, free, each -> each.equals(name) ? Role.REBUILD : Role.NOTHING);
    }

    private Sharing sharing(String owner, boolean hasSeat) {
        LeaseStore given = leases;
        return given == null
                ? Sharing.ALONE
                : new LeaseSharing(
                        given,
                        group,
                        NameRule.check("instance name", owner),
                        leaseDuration,
                        time,
                        hasSeat,
                        listener);
    }

    /**
     * Makes these projections inline: the store that this gives changes their views in the same
     * transaction as it appends, so that whoever has appended reads what he wrote. Sharing and
     * triggers say nothing here.
     *
     * @return a store in place of the one that this was begun on, for repositories and all others
     *     who append; closing it closes that one
     * @throws DefinitionException if the store cannot append in a transaction on views, or one of
     *     the projections cannot be used (LF-1201)
     * @throws org.leftfold.api.InvalidRequestException if the views are kept in another database
     *     than the events (LF-1302)
     * @throws org.leftfold.api.StoreUnavailableException if the store of the views does not answer
     */
    public InlineStore inline() {
        if (!(store instanceof JoiningStore joining)) {
            throw new DefinitionException(
                    "inline projections",
                    List.of(
                            "%s cannot append in a transaction on views: take a store in a database, or let the projections follow it"
                                    .formatted(store.getClass().getSimpleName())));
        }
        for (Projection<?> projection : projections.values()) {
            if (projection.definition().emits() != null) {
                throw new DefinitionException(
                        "inline projections",
                        List.of(
                                "'%s' appends events, which would wait for the append that it is part of: let it follow"
                                        .formatted(projection.name())));
            }
        }
        requireUsable(projections.values());
        return new InlineStore(this, joining);
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
