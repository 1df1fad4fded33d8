package org.leftfold.framework.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventCodec;

/**
 * Everything that happened to one thing, oldest first, with what each event changed. It is read
 * anew at each call. Safe for any thread.
 */
public final class History<S, E> {
    /**
     * One event and what it did.
     *
     * @param event the event, with who, when and why
     * @param changes the fields that it changed, with old and new values; empty if it changed
     *     nothing that the state keeps
     * @param after the state behind it
     */
    public record Entry<E>(DomainEvent<E> event, List<FieldChange> changes, StateTree after) {
        /** Version of the event. */
        public long version() {
            return event.version();
        }

        /** Names the fields without their values, which do not belong into logs. */
        @Override
        public String toString() {
            return "%s changed %s"
                    .formatted(event, changes.stream().map(FieldChange::path).toList());
        }
    }

    /**
     * One change of one field.
     *
     * @param version version of the event that changed it
     * @param at when that was recorded
     * @param actor who did it, where that was said
     * @param reason why, where that was said
     * @param change the old and the new value
     */
    public record Change(
            long version,
            Instant at,
            Optional<String> actor,
            Optional<String> reason,
            FieldChange change) {
        /** Names the field without values, actor and reason, which do not belong into logs. */
        @Override
        public String toString() {
            return "version %d at %s changed %s".formatted(version, at, change.path());
        }
    }

    private final EventStore store;
    private final StreamName stream;
    private final EventCodec<E> codec;
    private final Supplier<S> initial;
    private final BiFunction<S, DomainEvent<E>, S> evolve;

    private History(
            EventStore store,
            StreamName stream,
            EventCodec<E> codec,
            Supplier<S> initial,
            BiFunction<S, DomainEvent<E>, S> evolve) {
        this.store = store;
        this.stream = stream;
        this.codec = codec;
        this.initial = initial;
        this.evolve = evolve;
    }

    /**
     * The history of a stream.
     *
     * @param initial gives the state before the first event, a new one each time
     * @param evolve gives the state after an event
     */
    public static <S, E> History<S, E> of(
            EventStore store,
            StreamName stream,
            EventCodec<E> codec,
            Supplier<S> initial,
            BiFunction<S, DomainEvent<E>, S> evolve) {
        return new History<>(store, stream, codec, initial, evolve);
    }

    /** Visits the events, oldest first, one after the other. */
    public void forEach(Consumer<? super Entry<E>> visitor) {
        S state = initial.get();
        StateTree before = StateTree.of(state);
        try (Events events = store.read(ReadRequest.stream(stream))) {
            while (events.hasNext()) {
                RecordedEvent stored = events.next();
                for (DomainEvent<E> event : codec.decode(stored)) {
                    state = evolve.apply(state, event);
                    StateTree after = StateTree.of(state);
                    visitor.accept(new Entry<>(event, before.changesTo(after), after));
                    before = after;
                }
            }
        }
    }

    /** All of it in memory. */
    public List<Entry<E>> toList() {
        List<Entry<E>> all = new ArrayList<>();
        forEach(all::add);
        return all;
    }

    /**
     * Every old and new value that a field had (R87).
     *
     * @param path the field, such as {@code count} or {@code address}; what is inside of it counts
     *     too
     */
    public List<Change> changesOf(String path) {
        List<Change> found = new ArrayList<>();
        forEach(entry -> {
            DomainEvent<E> event = entry.event();
            for (FieldChange change : entry.changes()) {
                if (change.isIn(path)) {
                    found.add(
                            new Change(
                                    event.version(),
                                    event.recordedAt(),
                                    event.actor(),
                                    event.reason(),
                                    change));
                }
            }
        });
        return found;
    }

    /** Names the stream. */
    @Override
    public String toString() {
        return "history of " + stream;
    }
}
