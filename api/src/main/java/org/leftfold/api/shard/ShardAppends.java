package org.leftfold.api.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ConflictException;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;
import org.leftfold.api.spi.Uninterrupted;

/**
 * Appends. One goes to the shard where its streams are known to be; only when that refuses it is
 * asked whether they were moved meanwhile, and if so it goes to the next. Safe for any thread.
 */
final class ShardAppends {
    /** Each further attempt needs another move of the stream in the meantime. */
    static final int MAX_ATTEMPTS = 16;

    private final ShardSet shards;
    private final Places places;
    private final SeenVersions seen;
    private final Repetitions repetitions;
    private final Mover mover;
    private final ShardedOptions options;

    /** One thread for what cannot be done without waiting, so that it stays in order. */
    private final ExecutorService waiting = Executors.newSingleThreadExecutor(this::newThread);

    private final ExecutorService settling = Executors.newVirtualThreadPerTaskExecutor();

    private volatile @Nullable Thread waiter; // written by the executor, read by who closes

    private final AtomicLong waitingCount = new AtomicLong();

    ShardAppends(
            ShardSet shards,
            Places places,
            SeenVersions seen,
            Mover mover,
            ShardedOptions options) {
        this.shards = shards;
        this.places = places;
        this.seen = seen;
        this.repetitions = new Repetitions(shards, places);
        this.mover = mover;
        this.options = options;
    }

    private Thread newThread(Runnable work) {
        Thread made = Thread.ofVirtual().name("leftfold-shards").unstarted(work);
        waiter = made;
        return made;
    }

    AppendResult append(Append append) {
        check(append);
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            RoutedAppend routed = route(append);
            AppendResult result = routed == null ? repetitions.find(append) : make(append, routed);
            if (result != null) {
                return result;
            }
            if (routed == null) {
                throw crossing(append);
            }
        }
        throw ShardErrors.moving(append.writes().getFirst().stream());
    }

    private void check(Append append) {
        Marks.requireForeign(append);
        if (!append.conditions().isEmpty() && !options.conditionsWithinShard()) {
            AppendCondition first = append.conditions().getFirst();
            throw ShardErrors.condition(
                    first,
                    "an event in another shard could break it unseen. Leave it out, or open the store with"
                            + " checkingConditionsWithinShard() if that cannot happen");
        }
    }

    /** The append for the shard that all its streams are in; null if there is no such shard. */
    private @Nullable RoutedAppend route(Append append) {
        List<Place> found = new ArrayList<>();
        for (StreamWrite write : append.writes()) {
            found.add(places.known(write.stream()));
        }
        if (!isTogether(found)) {
            for (int i = 0; i < found.size(); i++) {
                found.set(i, settled(append.writes().get(i).stream()));
            }
        }
        return isTogether(found) ? new RoutedAppend(shards, seen, append, found) : null;
    }

    private static boolean isTogether(List<Place> places) {
        return places.stream()
                .allMatch(place -> !place.isMoving() && place.shard() == places.getFirst().shard());
    }

    /** Where a stream is at rest: whoever finds one on the way ends its move. */
    private Place settled(StreamName stream) {
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            Place place = places.find(stream);
            if (!place.isMoving()) {
                return place;
            }
            mover.arrive(stream, place);
        }
        throw ShardErrors.moving(stream);
    }

    /** The result, or null if the streams were moved meanwhile. */
    private @Nullable AppendResult make(Append append, RoutedAppend routed) {
        if (mayHideARepetition(append, routed)) {
            AppendResult earlier = repetitions.find(append);
            if (earlier != null) {
                return earlier;
            }
        }
        try {
            return done(append, routed, shards.store(routed.shard()).append(routed.inner()));
        } catch (ConflictException | InvalidRequestException refusal) {
            return settle(append, routed, refusal);
        }
    }

    /**
     * Whether an append could have been made before without its shard knowing: its events were
     * truncated before the stream came here, so that their ids are not here.
     */
    private static boolean mayHideARepetition(Append append, RoutedAppend routed) {
        for (int i = 0; i < routed.places().size(); i++) {
            ExpectedVersion expected = append.writes().get(i).expected();
            boolean isLoose =
                    expected instanceof ExpectedVersion.Any
                            || expected instanceof ExpectedVersion.StreamExists;
            if (isLoose && !routed.places().get(i).track().isWhole()) {
                return true;
            }
        }
        return false;
    }

    private AppendResult done(Append append, RoutedAppend routed, AppendResult result) {
        for (int i = 0; i < routed.places().size(); i++) {
            AppendResult.Written written = result.writes().get(i);
            if (result.repeated()
                    && routed.places().get(i).track().isCopied(written.firstVersion())) {
                AppendResult first = repetitions.find(append);
                return first == null ? routed.outside(result) : first;
            }
            seen.note(written.stream(), routed.shard(), written.lastVersion());
        }
        return routed.outside(result);
    }

    /** What a refusal means: null if the streams were moved meanwhile. */
    private @Nullable AppendResult settle(
            Append append, RoutedAppend routed, LeftfoldException refusal) {
        if (refusal.code().equals("LF-1007")) {
            throw refusal; // closed meanwhile
        }
        boolean wasMoved = false;
        for (int i = 0; i < routed.places().size(); i++) {
            StreamName stream = append.writes().get(i).stream();
            if (!settled(stream).equals(routed.places().get(i))) {
                return null;
            }
            wasMoved |= !routed.places().get(i).track().isEmpty();
        }
        if (RoutedAppend.isGuard(refusal)) {
            return null;
        }
        AppendResult earlier = wasMoved ? repetitions.find(append) : null;
        if (earlier != null) {
            return earlier;
        }
        throw routed.outside(refusal, shards::head);
    }

    private LeftfoldException crossing(Append append) {
        List<StreamName> streams = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (StreamWrite write : append.writes()) {
            streams.add(write.stream());
            names.add(shards.name(places.known(write.stream()).shard()));
        }
        return ShardErrors.crossing(streams, names);
    }

    /**
     * The same without waiting, as long as no stream of it was ever moved; what was, and what is
     * refused and therefore has to be looked at, is done in order on a thread for that.
     */
    CompletableFuture<AppendResult> appendAsync(Append append) {
        try {
            check(append);
            RoutedAppend routed = waitingCount.get() > 0 ? null : direct(append);
            if (routed == null) {
                return wait(() -> append(append));
            }
            CompletableFuture<AppendResult> outside = new CompletableFuture<>();
            CompletableFuture<AppendResult> unused =
                    shards.store(routed.shard())
                            .appendAsync(routed.inner())
                            .whenComplete((result, failure) ->
                                    end(append, routed, outside, result, failure));
            return outside;
        } catch (LeftfoldException refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }

    private @Nullable RoutedAppend direct(Append append) {
        List<Place> found = new ArrayList<>();
        for (StreamWrite write : append.writes()) {
            Place place = places.known(write.stream());
            if (!place.track().isEmpty()) {
                return null;
            }
            found.add(place);
        }
        return isTogether(found) ? new RoutedAppend(shards, seen, append, found) : null;
    }

    private void end(
            Append append,
            RoutedAppend routed,
            CompletableFuture<AppendResult> outside,
            @Nullable AppendResult result,
            @Nullable Throwable failure) {
        if (result != null) {
            outside.complete(done(append, routed, result));
            return;
        }
        Throwable cause = failure == null ? null : plain(failure);
        if (cause instanceof ConflictException || cause instanceof InvalidRequestException) {
            LeftfoldException refusal = (LeftfoldException) cause;
            forward(settleBeside(append, routed, refusal), outside);
        } else {
            outside.completeExceptionally(
                    cause == null ? new IllegalStateException("no result, no failure") : cause);
        }
    }

    /** Looks at a refusal without holding up others; what was moved is made again in order. */
    private CompletableFuture<AppendResult> settleBeside(
            Append append, RoutedAppend routed, LeftfoldException refusal) {
        try {
            return CompletableFuture.supplyAsync(
                            () -> Optional.ofNullable(settle(append, routed, refusal)), settling)
                    .thenCompose(settled ->
                            settled.map(CompletableFuture::completedFuture)
                                    .orElseGet(() -> wait(() -> append(append))));
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(StoreUnavailableException.closing("the append"));
        }
    }

    @SuppressWarnings("NullAway") // one of the two is null
    private static void forward(
            CompletableFuture<AppendResult> inner, CompletableFuture<AppendResult> outside) {
        CompletableFuture<AppendResult> unused =
                inner.whenComplete((result, failure) -> {
                    if (failure == null) {
                        outside.complete(result);
                    } else {
                        outside.completeExceptionally(plain(failure));
                    }
                });
    }

    private static Throwable plain(Throwable failure) {
        return failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
    }

    private CompletableFuture<AppendResult> wait(Supplier<AppendResult> work) {
        CompletableFuture<AppendResult> outside = new CompletableFuture<>();
        waitingCount.incrementAndGet();
        try {
            waiting.execute(() -> {
                try {
                    AppendResult result = work.get();
                    waitingCount.decrementAndGet();
                    outside.complete(result);
                } catch (Throwable failure) { // whatever it is, the caller has to learn of it
                    waitingCount.decrementAndGet();
                    outside.completeExceptionally(failure);
                }
            });
        } catch (RejectedExecutionException e) {
            waitingCount.decrementAndGet();
            outside.completeExceptionally(StoreUnavailableException.closing("the append"));
        }
        return outside;
    }

    /** Lets what waits be done; nothing new is taken. Called before the shards are closed. */
    void finish() {
        if (!Thread.currentThread().equals(waiter)) {
            Uninterrupted.end(settling);
            Uninterrupted.end(waiting);
        }
        settling.shutdown();
        waiting.shutdown();
    }
}
