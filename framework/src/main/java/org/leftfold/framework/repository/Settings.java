package org.leftfold.framework.repository;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventStore;

/** What a repository works with. Immutable; safe for any thread. */
final class Settings<C, S, E> {
    final EventStore store;
    final Model<C, S, E> model;
    final Streams streams;
    final Loader<C, S, E> loader;
    final RetryPolicy retry;
    final @Nullable ConflictResolver<C, S, E> resolver;
    final List<CommandInterceptor<C, S, E>> interceptors;
    final AggregateLock lock;
    final RepositoryListener listener;
    final Waiting waiting;
    final boolean checksMutations;
    final Appender appender;

    Settings(RepositoryBuilder<C, S, E> builder) {
        this.store = builder.store;
        this.model = builder.model;
        this.streams = new Streams(store, builder.category, builder.formerCategories);
        this.retry = builder.retry;
        this.resolver = builder.resolver;
        this.interceptors = List.copyOf(builder.interceptors);
        this.lock = builder.lock;
        this.listener = new ShieldedListener(builder.listener);
        this.waiting = builder.waiting;
        this.checksMutations = builder.checksMutations;
        this.appender = new Appender(store, retry, waiting);
        this.loader =
                new Loader<>(
                        store,
                        model,
                        builder.snapshots,
                        new StateCache<>(builder.cachedStates, builder.copy, listener),
                        listener);
    }
}
