package org.leftfold.api.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.leftfold.api.AdminAct;
import org.leftfold.api.ConflictException;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * Moves streams. A move is: a departure as the last event in the old shard, which names the new
 * one; an arrival, copies, and the end of the arrival in the new shard. From the departure on the
 * stream can be appended to nowhere, until the arrival has ended.
 *
 * <p>Every step is an append that expects exactly the version before it, and what is due next is
 * always read from the shards. So a move that was cut short anywhere is ended by whoever comes
 * next, and several may do it at once. Safe for any thread.
 */
final class Mover {
    /** Copies of one append: far below the limits, few enough for a short wait of other appends. */
    private static final int MAX_COPIES = 256;

    private static final long MAX_COPIED_BYTES = 4L << 20;

    /** Others who append to the stream may come in between; each time it is looked at again. */
    private static final int MAX_ATTEMPTS = 256;

    private final ShardSet shards;
    private final Places places;
    private final Metadata own;

    /**
     * @param own metadata of each event of a move
     */
    Mover(ShardSet shards, Places places, Metadata own) {
        this.shards = shards;
        this.places = places;
        this.own = own;
    }

    void move(StreamName stream, int target, AdminAct act) {
        Place before = null;
        long checked = 0;
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            Place place = places.find(stream);
            if (place.isMoving()) {
                arrive(stream, place);
            } else if (place.shard() == target) {
                return;
            } else {
                checked = leave(stream, place, target, act, place.equals(before) ? checked : 0);
            }
            before = place;
        }
        throw ShardErrors.moving(stream);
    }

    /**
     * Ends a stream in its shard, unless somebody else appends to it at this moment.
     *
     * @param checked up to this version its events were found to have room for a copy
     * @return up to which they were now
     */
    private long leave(StreamName stream, Place place, int target, AdminAct act, long checked) {
        EventStore store = shards.store(place.shard());
        long inner = store.version(stream);
        if (inner == 0) {
            throw ShardErrors.immovable(stream, "it was never written");
        }
        requireCopies(stream, place, checked, inner);
        Control last = place.track().last();
        Control departure =
                Control.due(
                        Control.Kind.LEFT,
                        stream,
                        last == null ? 1 : last.move() + 1,
                        target,
                        place.track().streamVersion(inner) + 1,
                        0);
        Metadata metadata =
                own.with(Metadata.ACTOR, act.actor()).with(Metadata.REASON, act.reason());
        long after = last == null ? 0 : last.position();
        try {
            // The version could be that of a departure which came between: hence the condition.
            store.append(
                    Marks.step(departure, inner, metadata)
                            .onlyIf(RoutedAppend.guard(List.of(stream), after)));
        } catch (ConflictException overtaken) {
            return inner; // looked at again by the caller
        }
        return inner;
    }

    /** What cannot be copied has to be found before anything is ended. */
    private void requireCopies(StreamName stream, Place place, long after, long upTo) {
        ReadRequest unchecked = ReadRequest.stream(stream).afterVersion(after).toVersion(upTo);
        try (Events events = shards.store(place.shard()).read(unchecked)) {
            while (events.hasNext()) {
                RecordedEvent event = events.next();
                if (!Marks.isOwn(event) && !Marks.canBeCopied(event)) {
                    throw ShardErrors.immovable(
                            stream,
                            "the metadata of its version %d leave no room for the entry of a copy"
                                    .formatted(place.track().version(event.version())));
                }
            }
        }
    }

    /**
     * Ends a move that was begun, whoever began it.
     *
     * @param place where the stream left, with its departure
     */
    void arrive(StreamName stream, Place place) {
        Control departure = place.leaving();
        for (int attempt = 1; departure != null && attempt <= MAX_ATTEMPTS; attempt++) {
            Arrival arrival = new Arrival(stream, place, departure);
            if (arrival.isOver() || arrival.isMade()) {
                return;
            }
        }
    }

    /** One attempt to end a move. Used by one thread. */
    private final class Arrival {
        private final StreamName stream;
        private final Place source;
        private final Control departure;
        private final int target;
        private final EventStore store;
        private final Track track;
        private final List<NewEvent> copies = new ArrayList<>();
        private long copiedBytes;
        private long inner; // version of the stream in the target

        Arrival(StreamName stream, Place source, Control departure) {
            this.stream = stream;
            this.source = source;
            this.departure = departure;
            this.target = departure.peer();
            this.store = shards.store(target);
            this.inner = store.version(stream);
            // After the version, so that all that shifts it is known.
            shards.moves(target).refresh();
            this.track = shards.track(target, stream);
        }

        boolean isOver() {
            Control last = track.last();
            return last != null
                    && (last.move() > departure.move()
                            || (last.move() == departure.move() && last.is(Control.Kind.ARRIVED)));
        }

        /** Does what is left to do; false if somebody else does the same at this moment. */
        boolean isMade() {
            try {
                run();
                return true;
            } catch (ConflictException helped) {
                return false;
            } catch (InvalidRequestException helped) {
                if (helped.code().equals("LF-1005")) {
                    return false;
                }
                throw helped;
            }
        }

        private void run() {
            if (track.isEmpty() && inner > 0) {
                throw ShardErrors.immovable(
                        stream,
                        "shard '%s' has events of it that came there by no move"
                                .formatted(shards.name(target)));
            }
            Control last = track.last();
            long due = track.streamVersion(inner) + 1;
            boolean isBegun = last != null && last.move() == departure.move();
            copy(due, isBegun);
            flush();
            step(Control.Kind.ARRIVED, departure.next());
        }

        private void copy(long due, boolean isBegun) {
            long next = due;
            boolean isAnnounced = isBegun;
            ReadRequest rest =
                    ReadRequest.stream(stream)
                            .afterVersion(source.track().lastAtOrBelow(due - 1))
                            .toVersion(departure.version() - 1);
            try (Events events = shards.store(source.shard()).read(rest)) {
                while (events.hasNext()) {
                    RecordedEvent event = events.next();
                    if (Marks.isOwn(event)) {
                        continue;
                    }
                    long version = source.track().version(event.version());
                    if (!isAnnounced || version != next) { // what is between was truncated
                        flush();
                        step(Control.Kind.ARRIVING, version);
                        isAnnounced = true;
                    }
                    add(event);
                    next = version + 1;
                }
            }
        }

        private void add(RecordedEvent event) {
            long whole = shards.placement().whole(source.shard(), event.position());
            NewEvent copy = Marks.copyOf(event, whole);
            // an id may be in a stream twice, but not in one append
            boolean isTwice = copies.stream().anyMatch(other -> other.id().equals(copy.id()));
            if (isTwice
                    || copies.size() == MAX_COPIES
                    || copiedBytes + copy.sizeBytes() > MAX_COPIED_BYTES) {
                flush();
            }
            copies.add(copy);
            copiedBytes += copy.sizeBytes();
        }

        private void flush() {
            if (!copies.isEmpty()) {
                append(List.copyOf(copies));
                copies.clear();
                copiedBytes = 0;
            }
        }

        private void append(List<NewEvent> events) {
            store.append(stream, ExpectedVersion.exactly(inner), events);
            inner += events.size();
        }

        private void step(Control.Kind kind, long next) {
            Control step =
                    Control.due(
                            kind,
                            stream,
                            departure.move(),
                            source.shard(),
                            next,
                            departure.position());
            store.append(Marks.step(step, inner, departureMetadata()));
            inner++;
        }

        /** Who moved it, and why, stands with every event of the move. */
        private Metadata departureMetadata() {
            Metadata metadata = own;
            for (String key : List.of(Metadata.ACTOR, Metadata.REASON)) {
                Optional<String> value = departure.metadata().value(key);
                metadata = value.isPresent() ? metadata.with(key, value.get()) : metadata;
            }
            return metadata;
        }
    }
}
