package org.leftfold.api.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ConflictException;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;

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
    private final WaitingAppends waiting = new WaitingAppends();

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

    AppendResult append(Append append) {
        check(append);
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            long known = shards.knownControls();
            AppendResult result;
            try {
                RoutedAppend routed = route(append);
                result = routed == null ? found(append) : make(append, routed);
            } catch (InvalidRequestException refusal) {
                if (!refusal.code().equals("LF-1402")) {
                    throw refusal;
                }
                result = repetitions.find(append); // what was made before is decided before that
                if (result == null && shards.knownControls() == known) {
                    throw refusal;
                }
            }
            if (result != null) {
                return result;
            }
        }
        throw ShardErrors.moving(append.writes().getFirst().stream());
    }

    /**
     * The first result of an append whose streams were found in several shards; null if they were
     * moved while they were looked for.
     */
    private @Nullable AppendResult found(Append append) {
        AppendResult first = repetitions.find(append);
        List<Place> now = known(append);
        if (first == null && !isTogether(now) && now.stream().noneMatch(Place::isMoving)) {
            throw crossing(append, now);
        }
        return first;
    }

    private List<Place> known(Append append) {
        List<Place> known = new ArrayList<>();
        for (StreamWrite write : append.writes()) {
            known.add(places.known(write.stream()));
        }
        return known;
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
        List<Place> found = known(append);
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

    /**
     * What the answer of a shard means. A repetition can lie behind moves that this program has not
     * heard of; an append that was stored now cannot, for that is what its conditions say.
     */
    private AppendResult done(Append append, RoutedAppend routed, AppendResult result) {
        int shard = routed.shard();
        if (result.repeated()) {
            shards.refresh(shard);
            for (AppendResult.Written written : result.writes()) {
                if (shards.track(shard, written.stream()).isCopied(written.firstVersion())) {
                    AppendResult first = repetitions.find(append);
                    return first == null ? shards.outside(shard, result) : first;
                }
            }
        }
        for (AppendResult.Written written : result.writes()) {
            Track track = shards.track(shard, written.stream());
            seen.note(written.stream(), shard, track, written.lastVersion());
        }
        return shards.outside(shard, result);
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
        if (routed.isByMove(refusal)) {
            return null;
        }
        AppendResult earlier = wasMoved ? repetitions.find(append) : null;
        if (earlier != null) {
            return earlier;
        }
        throw routed.outside(refusal, shards::head);
    }

    private LeftfoldException crossing(Append append, List<Place> found) {
        return ShardErrors.crossing(
                append.writes().stream().map(StreamWrite::stream).toList(),
                found.stream().map(place -> shards.name(place.shard())).toList());
    }

    /**
     * The same without waiting, as long as nothing has to be looked at first: no stream of it is
     * being moved, and no condition or id could lie in another shard. What has to wait, or is
     * refused, holds up nothing but appends to the same streams.
     */
    CompletableFuture<AppendResult> appendAsync(Append append) {
        try {
            check(append);
            RoutedAppend routed = waiting.isBehind(append) ? null : direct(append);
            if (routed == null) {
                return waiting.add(append, () -> append(append));
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
        List<Place> found = known(append);
        if (!isTogether(found)
                || (!append.conditions().isEmpty()
                        && shards.knownControls(found.getFirst().shard()) > 0)) {
            return null;
        }
        try {
            RoutedAppend routed = new RoutedAppend(shards, seen, append, found);
            return mayHideARepetition(append, routed) ? null : routed;
        } catch (InvalidRequestException refusal) {
            if (!refusal.code().equals("LF-1402")) {
                throw refusal;
            }
            return null; // as far as is known here: the streams may have been moved
        }
    }

    private void end(
            Append append,
            RoutedAppend routed,
            CompletableFuture<AppendResult> outside,
            @Nullable AppendResult result,
            @Nullable Throwable failure) {
        try {
            answer(append, routed, outside, result, failure == null ? null : plain(failure));
        } catch (RuntimeException | Error e) { // nobody may be left waiting
            outside.completeExceptionally(e);
        }
    }

    private void answer(
            Append append,
            RoutedAppend routed,
            CompletableFuture<AppendResult> outside,
            @Nullable AppendResult result,
            @Nullable Throwable cause) {
        if (result != null && result.repeated()) {
            forward(waiting.addRefused(append, () -> done(append, routed, result)), outside);
        } else if (result != null) {
            outside.complete(done(append, routed, result));
        } else if (cause instanceof ConflictException || cause instanceof InvalidRequestException) {
            LeftfoldException refusal = (LeftfoldException) cause;
            forward(waiting.addRefused(append, () -> again(append, routed, refusal)), outside);
        } else {
            outside.completeExceptionally(
                    cause == null ? new IllegalStateException("no result, no failure") : cause);
        }
    }

    private AppendResult again(Append append, RoutedAppend routed, LeftfoldException refusal) {
        AppendResult settled = settle(append, routed, refusal);
        return settled == null ? append(append) : settled;
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

    /** Lets what waits be done; nothing new is taken. Called before the shards are closed. */
    void finish() {
        waiting.finish();
    }
}
