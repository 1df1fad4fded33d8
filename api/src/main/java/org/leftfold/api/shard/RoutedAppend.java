package org.leftfold.api.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.ConditionFailedException;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.LeftfoldException;
import org.leftfold.api.Limits;
import org.leftfold.api.Query;
import org.leftfold.api.QueryItem;
import org.leftfold.api.StreamName;
import org.leftfold.api.StreamWrite;
import org.leftfold.api.VersionConflictException;

/**
 * An append as the shard gets it that its streams are believed to be in, and the answer seen from
 * outside.
 *
 * <p>It must not be stored behind a departure that is not known here. {@code noStream} conflicts
 * there by itself; so does {@code exactly}, where an event was seen at that version. For all other
 * writes a condition is added: no departure of these streams since the last one that is known.
 */
final class RoutedAppend {
    /** The name of that condition. */
    static final String GUARD = "leftfold.shards: the stream was not moved";

    private final ShardSet shards;
    private final Boundaries boundaries;
    private final Append append;
    private final List<Place> places;
    private final int shard;
    private final long controls;
    private final Append inner;

    /**
     * @param places where the streams of the append are: all in one shard, none of them moving
     * @throws org.leftfold.api.InvalidRequestException if a condition cannot be checked there
     *     (LF-1402), or there are too many with those added here (LF-1002)
     */
    RoutedAppend(ShardSet shards, SeenVersions seen, Append append, List<Place> places) {
        this.shards = shards;
        this.boundaries = new Boundaries(shards);
        this.append = append;
        this.places = places;
        this.shard = places.getFirst().shard();
        this.controls = shards.knownControls(shard);
        this.inner = inner(seen);
    }

    int shard() {
        return shard;
    }

    Append inner() {
        return inner;
    }

    List<Place> places() {
        return places;
    }

    /** Whether one of the streams was ever moved to or from this shard. */
    boolean isMoved() {
        return places.stream().anyMatch(place -> !place.track().isEmpty());
    }

    private Append inner(SeenVersions seen) {
        List<StreamWrite> writes = new ArrayList<>();
        List<StreamName> guarded = new ArrayList<>();
        List<AppendCondition> conditions = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            StreamWrite write = append.writes().get(i);
            Track track = places.get(i).track();
            ExpectedVersion expected = expected(write.expected(), track);
            writes.add(
                    track.isEmpty()
                            ? write
                            : new StreamWrite(write.stream(), expected, write.events()));
            if (!conflictsByItself(write.stream(), expected, track, seen)) {
                Control last = track.last();
                if (last == null) {
                    guarded.add(write.stream());
                } else {
                    conditions.add(guard(List.of(write.stream()), last.position()));
                }
            }
        }
        for (int from = 0; from < guarded.size(); from += Limits.MAX_QUERY_ITEMS) {
            int to = Math.min(guarded.size(), from + Limits.MAX_QUERY_ITEMS);
            conditions.add(guard(guarded.subList(from, to), 0));
        }
        if (conditions.isEmpty() && append.conditions().isEmpty() && !isMoved()) {
            return append;
        }
        append.conditions().forEach(each -> conditions.add(inner(each)));
        return new Append(writes, numbered(conditions));
    }

    private static ExpectedVersion expected(ExpectedVersion expected, Track track) {
        return switch (expected) {
            case ExpectedVersion.Exactly exactly ->
                    ExpectedVersion.exactly(track.expected(exactly.version()));
            // Only streams with events are moved: these are met here exactly when they should be.
            case ExpectedVersion.NoStream noStream -> noStream;
            case ExpectedVersion.StreamExists exists -> exists;
            case ExpectedVersion.Any any -> any;
        };
    }

    private boolean conflictsByItself(
            StreamName stream, ExpectedVersion expected, Track track, SeenVersions seen) {
        return switch (expected) {
            case ExpectedVersion.NoStream noStream -> true;
            case ExpectedVersion.Exactly exactly ->
                    seen.covers(stream, shard, track, exactly.version());
            case ExpectedVersion.StreamExists exists -> false;
            case ExpectedVersion.Any any -> false;
        };
    }

    /** That none of these streams left behind a position. */
    static AppendCondition guard(List<StreamName> streams, long after) {
        List<QueryItem> departures = streams.stream().map(Marks::departures).toList();
        return AppendCondition.noneAfter(GUARD, new Query(departures), after);
    }

    /** Names stand once in an append. */
    private static List<AppendCondition> numbered(List<AppendCondition> conditions) {
        List<AppendCondition> all = new ArrayList<>();
        int number = 0;
        for (AppendCondition each : conditions) {
            boolean isFurther = each.name().equals(GUARD) && number++ > 0;
            all.add(
                    isFurther
                            ? AppendCondition.noneAfter(
                                    GUARD + " " + number, each.query(), each.afterPosition())
                            : each);
        }
        return all;
    }

    private AppendCondition inner(AppendCondition condition) {
        return AppendCondition.noneAfter(
                condition.name(), condition.query(), boundaries.begin(shard, condition));
    }

    /** Whether the refusal of a shard only says that a stream was moved. */
    static boolean isGuard(LeftfoldException refusal) {
        return refusal instanceof ConditionFailedException failed
                && failed.condition().name().startsWith(GUARD);
    }

    /**
     * Whether a refusal only says that something was moved: a stream of the append, or one that a
     * condition looks at, whose copies or whose events of the move it found.
     */
    boolean isByMove(LeftfoldException refusal) {
        return isGuard(refusal)
                || (refusal instanceof ConditionFailedException failed
                        && (shards.knownControls(shard) != controls
                                || boundaries.isOfMove(shard, failed.foundPosition())));
    }

    /** The refusal of the shard as it is seen outside. */
    LeftfoldException outside(LeftfoldException refusal, LongSupplier head) {
        LeftfoldException outside = null;
        if (refusal instanceof VersionConflictException conflict) {
            outside = conflict(conflict);
        } else if (refusal instanceof ConditionFailedException failed) {
            outside = failed(failed, head);
        }
        if (outside == null) {
            return refusal;
        }
        outside.addSuppressed(refusal); // what the shard said, with the numbers of the shard
        return outside;
    }

    private @Nullable LeftfoldException conflict(VersionConflictException conflict) {
        for (int i = 0; i < places.size(); i++) {
            StreamWrite write = append.writes().get(i);
            if (write.stream().equals(conflict.stream())) {
                // The version ends what was missed; no position has to.
                return new VersionConflictException(
                        write.stream(),
                        write.expected(),
                        places.get(i).track().streamVersion(conflict.actualVersion()),
                        Long.MAX_VALUE,
                        append.eventCount());
            }
        }
        return null;
    }

    private @Nullable LeftfoldException failed(ConditionFailedException failed, LongSupplier head) {
        for (AppendCondition condition : append.conditions()) {
            if (condition.name().equals(failed.condition().name())) {
                return new ConditionFailedException(
                        condition,
                        boundaries.outside(shard, failed.foundPosition()),
                        head.getAsLong(),
                        append.eventCount());
            }
        }
        return null;
    }
}
