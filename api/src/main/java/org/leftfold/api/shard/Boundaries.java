package org.leftfold.api.shard;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;

/**
 * Where conditions begin in a shard. In one without moves that is their position. Where streams
 * were moved to, the events behind it include copies, which were recorded elsewhere and earlier; so
 * they are looked at here, each at its first position, and the shard checks what comes behind all
 * that was looked at. Used for one append, by one thread at a time.
 */
final class Boundaries {
    private final ShardSet shards;

    /** Positions of events that were looked at and break a condition. */
    private final Set<Long> breaking = new HashSet<>();

    Boundaries(ShardSet shards) {
        this.shards = shards;
    }

    /**
     * The position in a shard from which on it finds what breaks a condition, and nothing else.
     *
     * @throws org.leftfold.api.InvalidRequestException if what is there does not say whether the
     *     condition holds (LF-1402)
     */
    long begin(int shard, AppendCondition condition) {
        long after = condition.afterPosition();
        boolean isHere = after == 0 || shards.placement().shardOf(after) == shard;
        boolean isUnmoved = shards.knownControls(shard) == 0;
        if (!isHere && isUnmoved) {
            throw ShardErrors.condition(
                    condition,
                    ("its position %d is one of shard '%s', and says nothing in shard '%s', which the"
                                    + " append goes to")
                            .formatted(
                                    after,
                                    shards.name(shards.placement().shardOf(after)),
                                    shards.name(shard)));
        }
        long begin = isHere ? shards.placement().within(shard, after) : Placement.OWN_EVENTS;
        return isUnmoved ? begin : new Search(shard, condition, isHere).begin(begin);
    }

    /** The event at a position of a shard, or null if it cannot be read. */
    private @Nullable RecordedEvent at(int shard, long position) {
        ReadRequest one = ReadRequest.all().after(position - 1).to(position);
        try (Events events = shards.store(shard).read(one)) {
            return events.hasNext() ? events.next() : null;
        }
    }

    /**
     * Whether at a position of a shard there is a copy, or an event of the sharded store, that was
     * not looked at.
     */
    boolean isOfMove(int shard, long position) {
        if (breaking.contains(position)) {
            return false;
        }
        RecordedEvent found = at(shard, position);
        return found != null && (Marks.isOwn(found) || Marks.isCopy(found));
    }

    /** The position in the whole of what a shard has at a position, which may be a copy. */
    long outside(int shard, long position) {
        RecordedEvent found = at(shard, position);
        return found == null
                ? shards.placement().whole(shard, position)
                : shards.outside(shard, found).position();
    }

    /** Looks through a shard. Used once. */
    private final class Search {
        private final int shard;
        private final AppendCondition condition;
        private final boolean isHere;
        private final long after;
        private boolean isLoaded;
        private @Nullable RecordedEvent last; // the event at the position of the condition

        Search(int shard, AppendCondition condition, boolean isHere) {
            this.shard = shard;
            this.condition = condition;
            this.isHere = isHere;
            this.after = condition.afterPosition();
        }

        long begin(long from) {
            long head = shards.store(shard).head();
            shards.refresh(shard);
            ReadRequest behind = ReadRequest.of(condition.query()).after(from).to(head);
            try (Events events = shards.store(shard).read(behind)) {
                while (events.hasNext()) {
                    RecordedEvent event = events.next();
                    if (!Marks.isOwn(event) && breaks(event)) {
                        breaking.add(event.position());
                        return event.position() - 1; // so the shard finds it itself
                    }
                }
            }
            return Math.max(from, head);
        }

        private boolean breaks(RecordedEvent event) {
            RecordedEvent outside = shards.outside(shard, event);
            if (!shards.isShown(outside)) {
                return false;
            }
            if (isHere && !Marks.isCopy(event)) {
                return true;
            }
            long position = outside.position();
            if (after == 0 || position == after) {
                return after == 0;
            }
            Boolean isBehind = isBehindInStream(outside);
            if (isBehind != null) {
                return isBehind;
            }
            boolean isComparable =
                    position > after
                            || shards.placement().shardOf(position)
                                    == shards.placement().shardOf(after);
            if (!isComparable) {
                throw undecided(outside);
            }
            return position > after;
        }

        /** Whether an event comes behind the one at the position of the condition, or null. */
        private @Nullable Boolean isBehindInStream(RecordedEvent outside) {
            RecordedEvent event = atPosition();
            if (event == null || !event.stream().equals(outside.stream())) {
                return null;
            }
            return outside.version() > event.version();
        }

        /** The event that the condition follows, as seen outside, if it can be read. */
        private @Nullable RecordedEvent atPosition() {
            if (!isLoaded) {
                int of = shards.placement().shardOf(after);
                RecordedEvent event = at(of, shards.placement().within(of, after));
                shards.refresh(of);
                last =
                        event == null || Marks.isOwn(event)
                                ? copyOfPosition()
                                : shards.outside(of, event);
                isLoaded = true;
            }
            return last;
        }

        /** Its copy, where the first one was taken away. */
        private @Nullable RecordedEvent copyOfPosition() {
            try (Events events = shards.store(shard).read(ReadRequest.of(condition.query()))) {
                while (events.hasNext()) {
                    RecordedEvent event = events.next();
                    RecordedEvent outside = shards.outside(shard, event);
                    if (Marks.isCopy(event) && outside.position() == after) {
                        return outside;
                    }
                }
            }
            return null;
        }

        private RuntimeException undecided(RecordedEvent found) {
            return ShardErrors.condition(
                    condition,
                    ("stream '%s' or another one was moved since its position %d, which is one of shard '%s', and the"
                                    + " event at position %d, of another shard, could have come before or after it. Read"
                                    + " again, and decide by the versions of the streams")
                            .formatted(
                                    found.stream(),
                                    after,
                                    shards.name(shards.placement().shardOf(after)),
                                    found.position()));
        }
    }
}
