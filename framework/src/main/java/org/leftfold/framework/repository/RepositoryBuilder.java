package org.leftfold.framework.repository;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventStore;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.framework.aggregate.AggregateType;
import org.leftfold.framework.codec.DefinitionException;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.decide.Decider;
import org.leftfold.framework.reflect.TypeArguments;
import org.leftfold.framework.snapshot.SnapshotPolicy;
import org.leftfold.framework.snapshot.Snapshots;
import org.leftfold.framework.snapshot.StateFormat;

/** Puts a repository together. Not safe for several threads. */
public final class RepositoryBuilder<C, S, E> {
    final EventStore store;
    final String category;
    final Model<C, S, E> model;
    final List<String> formerCategories = new ArrayList<>();
    final List<CommandInterceptor<C, S, E>> interceptors = new ArrayList<>();
    RetryPolicy retry = RetryPolicy.DEFAULT;
    AggregateLock lock = AggregateLock.NONE;
    RepositoryListener listener = RepositoryListener.NONE;
    Waiting waiting = Waiting.system();
    @Nullable ConflictResolver<C, S, E> resolver;
    @Nullable Snapshots<S> snapshots;
    @Nullable UnaryOperator<S> copy;
    int cachedStates;
    boolean checksMutations;

    private RepositoryBuilder(EventStore store, String category, Model<C, S, E> model) {
        this.store = store;
        this.category = category;
        this.model = model;
    }

    /**
     * Begins a repository of things whose rules a decider has.
     *
     * @param category the first part of the names of their streams; chosen once, as it is stored
     */
    public static <C, S, E> RepositoryBuilder<C, S, E> ofDecider(
            EventStore store, String category, Decider<C, S, E> decider, EventCodec<E> codec) {
        return new RepositoryBuilder<>(
                store, category, new Model<>(category, decider, codec, false));
    }

    /** The same for states that {@code evolve} changes in place, such as aggregates. */
    public static <C, S, E> RepositoryBuilder<C, S, E> ofAggregates(
            EventStore store, String category, Decider<C, S, E> type, EventCodec<E> codec) {
        return new RepositoryBuilder<>(
                store, category, new Model<>(type.toString(), type, codec, true));
    }

    /** Streams of this category belong here too: the category was called so before (R74). */
    public RepositoryBuilder<C, S, E> formerly(String formerCategory) {
        formerCategories.add(formerCategory);
        return this;
    }

    /**
     * Begins loads at snapshots, and makes some: the fields of the state as JSON, under the name of
     * the category. When the fields of the state change, snapshots made before are skipped ({@link
     * StateFormat#json(String, Class)}); to upcast them, or when a field means something else, give
     * {@link #snapshots(Snapshots)} a {@link StateFormat} with a version.
     *
     * @throws DefinitionException if the decider's class does not say of which class its states
     *     are, or JSON cannot have them (LF-1201)
     */
    public RepositoryBuilder<C, S, E> snapshots(
            SnapshotStore snapshotStore, SnapshotPolicy<? super S> policy) {
        return snapshots(Snapshots.in(snapshotStore, jsonOfState(), policy));
    }

    @SuppressWarnings("unchecked") // it is what the decider gave for its type parameter S
    private StateFormat<S> jsonOfState() {
        Decider<C, S, E> decider = model.decider();
        Class<?> type =
                decider instanceof AggregateType<?, ?, ?> aggregates
                        ? aggregates.aggregateClass()
                        : TypeArguments.find(decider.getClass(), Decider.class, 1);
        if (type == null) {
            throw new DefinitionException(
                    model.name(),
                    List.of(
                            "it does not say of which class its states are: use snapshots(Snapshots.in(store, StateFormat.json(...), policy))"));
        }
        return StateFormat.json(category, (Class<S>) type);
    }

    /** Begins loads at snapshots, and makes some. */
    public RepositoryBuilder<C, S, E> snapshots(Snapshots<S> how) {
        snapshots = how;
        return this;
    }

    /**
     * Begins loads at the states that were used last.
     *
     * @param states how many are kept
     * @throws DefinitionException if states are changed in place (LF-1201): then use {@link
     *     #cache(int, UnaryOperator)}
     */
    public RepositoryBuilder<C, S, E> cache(int states) {
        if (model.changesStates()) {
            throw new DefinitionException(
                    model.name(),
                    List.of(
                            "its instances are changed by events, so the cache needs copies of its own: use cache(%d, copy)"
                                    .formatted(states)));
        }
        cachedStates = states;
        return this;
    }

    /** The same for states that are changed in place: the cache keeps copies. */
    public RepositoryBuilder<C, S, E> cache(int states, UnaryOperator<S> copyState) {
        cachedStates = states;
        copy = copyState;
        return this;
    }

    /** How often a command is decided again; {@link RetryPolicy#DEFAULT} unless given. */
    public RepositoryBuilder<C, S, E> retry(RetryPolicy policy) {
        retry = policy;
        return this;
    }

    /** Asks this one about conflicts, instead of deciding again. */
    public RepositoryBuilder<C, S, E> resolve(ConflictResolver<C, S, E> conflictResolver) {
        resolver = conflictResolver;
        return this;
    }

    /** One more interceptor; they are asked in the order of these calls. */
    public RepositoryBuilder<C, S, E> intercept(CommandInterceptor<C, S, E> interceptor) {
        interceptors.add(interceptor);
        return this;
    }

    /** Lets one command at a time work on an aggregate. */
    public RepositoryBuilder<C, S, E> lock(AggregateLock aggregateLock) {
        lock = aggregateLock;
        return this;
    }

    /** Tells this one what happens. */
    public RepositoryBuilder<C, S, E> listener(RepositoryListener repositoryListener) {
        listener = repositoryListener;
        return this;
    }

    /** Waits so between attempts. */
    public RepositoryBuilder<C, S, E> waiting(Waiting how) {
        waiting = how;
        return this;
    }

    /**
     * Compares the state before and after each command is decided, and reports a command that
     * changed it (LF-1203). It costs more than the command; the test kit always does it.
     */
    public RepositoryBuilder<C, S, E> checkMutations() {
        checksMutations = true;
        return this;
    }

    /**
     * The repository.
     *
     * @throws org.leftfold.api.InvalidRequestException if a category is no legal one (LF-1001)
     */
    public Repository<C, S, E> build() {
        return new Repository<>(new Settings<>(this));
    }
}
