package org.leftfold.api.shard;

import java.util.List;
import java.util.Optional;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.ConflictException;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.StreamName;

/**
 * Moves streams. A move is: a departure as the last event in the old shard, which names the new
 * one; an arrival, copies, and the end of the arrival in the new shard. From the departure on the
 * stream can be appended to nowhere, until the arrival has ended. So everything that the new shard
 * has to take is shown to it before.
 *
 * <p>Every step is an append that expects exactly the version before it, and what is due next is
 * always read from the shards. So a move that was cut short anywhere is ended by whoever comes
 * next, and several may do it at once. Safe for any thread.
 */
final class Mover {
    /** Others who append to the stream may come in between; each time it is looked at again. */
    private static final int MAX_ATTEMPTS = 256;

    /** A version that no stream has: an append that expects it stores nothing. */
    private static final long NEVER = Long.MAX_VALUE - 1;

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
     * @param checked up to this version the target was found to take its events
     * @return up to which it was now
     */
    private long leave(StreamName stream, Place place, int target, AdminAct act, long checked) {
        shards.refresh(); // a shard that was restored is noticed here at the latest
        EventStore store = shards.store(place.shard());
        long inner = store.version(stream);
        if (inner == 0) {
            throw ShardErrors.immovable(stream, "it was never written");
        }
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
        requireTaken(stream, place, target, checked, inner);
        ask(stream, target, Marks.step(departure, NEVER, metadata));
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

    /** What the target does not take has to be found before anything is ended. */
    private void requireTaken(StreamName stream, Place place, int target, long after, long upTo) {
        long there = shards.store(target).version(stream);
        shards.refresh(target);
        Track track = shards.track(target, stream);
        requireMoved(stream, target, track, there);
        Copying copying = new Copying(shards, stream, place, target);
        long due = copying.due(track, there, upTo);
        copying.forEach(
                after == 0 ? due : Math.max(due, place.track().version(after + 1)),
                upTo,
                (version, event) -> {
                    if (!Marks.canBeCopied(event)) {
                        throw ShardErrors.immovable(
                                stream,
                                "the metadata of its version %d leave no room for the entry of a copy"
                                        .formatted(version));
                    }
                    copying.add(event, copies -> ask(stream, target, question(stream, copies)));
                });
        copying.flush(copies -> ask(stream, target, question(stream, copies)));
    }

    private static Append question(StreamName stream, List<NewEvent> copies) {
        return Append.to(stream, ExpectedVersion.exactly(NEVER), copies);
    }

    /** Shows the target what it will have to store; nothing can be stored by that. */
    private void ask(StreamName stream, int target, Append question) {
        try {
            shards.store(target).append(question);
        } catch (ConflictException taken) {
            return; // it got as far as to the version
        } catch (InvalidRequestException refusal) {
            if (refusal.code().equals("LF-1007")) {
                throw refusal;
            }
            if (!refusal.code().equals("LF-1005")) { // ids that are there are no obstacle
                throw ShardErrors.refused(stream, shards.name(target), refusal);
            }
        }
    }

    private void requireMoved(StreamName stream, int target, Track track, long inner) {
        if (track.isEmpty() && inner > 0) {
            throw ShardErrors.immovable(
                    stream,
                    "shard '%s' has events of it that came there by no move"
                            .formatted(shards.name(target)));
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

    /** Others did the same at this moment. */
    private static final class HelpedException extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        HelpedException() {
            super("somebody else ends the same move");
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
        private final Copying copying;
        private long inner; // version of the stream in the target
        private long next; // version of the event that is due
        private boolean isAnnounced;

        Arrival(StreamName stream, Place source, Control departure) {
            this.stream = stream;
            this.source = source;
            this.departure = departure;
            this.target = departure.peer();
            this.store = shards.store(target);
            this.inner = store.version(stream);
            // After the version, so that all that shifts it is known.
            shards.refresh(target);
            this.track = shards.track(target, stream);
            this.copying = new Copying(shards, stream, source, target);
        }

        /** Whether the target has this arrival, and not another one with its number. */
        boolean isOver() {
            boolean isOver = false;
            for (Control control : track.controls()) {
                if (control.move() == departure.move()) {
                    if (control.departure() != departure.position()) {
                        throw lacking("the departure that this came from");
                    }
                    isOver |= control.is(Control.Kind.ARRIVED);
                }
            }
            Control last = track.last();
            if (!isOver && last != null && last.move() > departure.move()) {
                throw lacking("the end of an arrival");
            }
            return isOver;
        }

        private RuntimeException lacking(String what) {
            return ShardErrors.behind(
                    shards.name(source.shard()),
                    shards.name(target),
                    "%s, of stream '%s'".formatted(what, stream));
        }

        /** Does what is left to do; false if somebody else does the same at this moment. */
        boolean isMade() {
            try {
                run();
                return true;
            } catch (ConflictException | HelpedException helped) {
                return false;
            } catch (InvalidRequestException refusal) {
                if (refusal.code().equals("LF-1005")) {
                    return false;
                }
                throw refusal.code().equals("LF-1007")
                        ? refusal
                        : ShardErrors.stranded(
                                stream, shards.name(source.shard()), shards.name(target), refusal);
            }
        }

        private void run() {
            requireMoved(stream, target, track, inner);
            long end = departure.version() - 1;
            Control last = track.last();
            isAnnounced = last != null && last.move() == departure.move();
            next = isAnnounced ? track.streamVersion(inner) + 1 : copying.due(track, inner, end);
            long first = next;
            copying.forEach(
                    first,
                    end,
                    (version, event) -> {
                        if (!isAnnounced || version != next) { // what is between was truncated
                            copying.flush(this::append);
                            step(due(Control.Kind.ARRIVING, version));
                            isAnnounced = true;
                        }
                        copying.add(event, this::append);
                        next = version + 1;
                    });
            copying.flush(this::append);
            Control arrived = due(Control.Kind.ARRIVED, departure.next());
            step(arrived.from(copying.firstShown(end)));
        }

        private Control due(Control.Kind kind, long version) {
            return Control.due(
                    kind, stream, departure.move(), source.shard(), version, departure.position());
        }

        private void append(List<NewEvent> events) {
            AppendResult result = store.append(stream, ExpectedVersion.exactly(inner), events);
            if (result.repeated()) {
                throw new HelpedException(); // they stand wherever they stand
            }
            inner += events.size();
        }

        private void step(Control step) {
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
