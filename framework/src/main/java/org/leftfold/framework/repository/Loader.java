package org.leftfold.framework.repository;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.api.spi.SnapshottingStore;
import org.leftfold.framework.codec.DomainEvent;
import org.leftfold.framework.codec.EventCodec;
import org.leftfold.framework.privacy.Privacy;
import org.leftfold.framework.snapshot.Snapshots;
import org.leftfold.framework.transform.StreamMark;

/** Folds streams into states. Safe for any thread. */
final class Loader<C, S, E> {
    /**
     * A state that belongs to whoever asked for it.
     *
     * @param version version of the stream
     * @param snapshotVersion version of the snapshot that it began with, 0 without one
     * @param subjects whose personal data has gone into it
     * @param mark what the stream says of itself that keeps it from going on; mostly nothing
     */
    record Folded<S>(
            long version,
            long snapshotVersion,
            S state,
            Set<String> subjects,
            @Nullable StreamMark mark) {
        /** Of a stream that goes on. */
        Folded(long version, long snapshotVersion, S state, Set<String> subjects) {
            this(version, snapshotVersion, state, subjects, null);
        }

        /** Without the state, whose values do not belong into logs. */
        @Override
        public String toString() {
            return "state at version " + version;
        }

        /** The same with another mark. */
        Folded<S> with(@Nullable StreamMark other) {
            return new Folded<>(version, snapshotVersion, state, subjects, other);
        }

        /** A later state, with data of these subjects too. */
        Folded<S> with(long laterVersion, S later, Set<String> more) {
            if (subjects.containsAll(more)) {
                return new Folded<>(laterVersion, snapshotVersion, later, subjects, mark);
            }
            Set<String> all = new TreeSet<>(subjects);
            all.addAll(more);
            return new Folded<>(laterVersion, snapshotVersion, later, Set.copyOf(all), mark);
        }

        /** The same, of which a snapshot was made. */
        Folded<S> withSnapshot() {
            return new Folded<>(version, version, state, subjects);
        }

        /**
         * Refuses commands where the stream was sealed, or is not whole yet.
         *
         * @throws org.leftfold.framework.transform.StreamSealedException if it was sealed (LF-1232)
         * @throws org.leftfold.framework.transform.StreamFillingException if it is not whole yet
         *     (LF-3201)
         */
        void requireOpen(StreamName stream) {
            if (mark != null) {
                mark.requireOpen(stream);
            }
        }
    }

    private final EventStore store;
    private final Model<C, S, E> model;
    private final @Nullable Snapshots<S> snapshots;
    private final StateCache<S> cache;
    private final RepositoryListener listener;
    private final @Nullable Privacy privacy;

    Loader(
            EventStore store,
            Model<C, S, E> model,
            @Nullable Snapshots<S> snapshots,
            StateCache<S> cache,
            RepositoryListener listener) {
        this.store = store;
        this.model = model;
        this.privacy = model.codec().privacy().orElse(null);
        this.snapshots =
                snapshots == null || privacy == null
                        ? snapshots
                        : snapshots.sealedBy(privacy.states());
        this.cache = cache;
        this.listener = listener;
        if (privacy != null) {
            privacy.tellForgotten(cache);
        }
    }

    /** The state now, for a command. It begins where the cache or a snapshot ends. */
    Folded<S> load(StreamName stream) {
        return fold(stream, cached(stream), Long.MAX_VALUE, null);
    }

    /**
     * The same when the stream is known to be at a version at least: what cannot be read up to
     * there was truncated.
     */
    Folded<S> load(StreamName stream, long knownVersion) {
        Folded<S> now = load(stream);
        return now.version >= knownVersion ? now : now.with(knownVersion, now.state, Set.of());
    }

    /** The state now, for somebody who keeps it: never one that the cache gives out again. */
    Folded<S> loadOwn(StreamName stream) {
        if (model.changesStates()) {
            return fold(stream, restored(stream, Long.MAX_VALUE), Long.MAX_VALUE, null);
        }
        Folded<S> now = load(stream);
        keep(stream, now);
        return now;
    }

    /**
     * The state with the events up to a version.
     *
     * @throws InvalidRequestException if the stream has no such version, or not yet (LF-1003)
     */
    Folded<S> loadAt(StreamName stream, long version) {
        if (version < 0) {
            throw noVersion(
                    version,
                    "versions start at 1, and 0 is '%s' before its first event".formatted(stream));
        }
        Folded<S> then = fold(stream, restored(stream, version), version, null);
        if (then.version >= version) {
            return then;
        }
        long newest = store.version(stream);
        if (newest < version) {
            throw noVersion(
                    version,
                    newest == 0
                            ? "the stream '%s' does not exist, so it is at version 0"
                                    .formatted(stream)
                            : "the stream '%s' is at version %d".formatted(stream, newest));
        }
        // Just appended, or truncated at its end; a second look tells.
        return fold(stream, restored(stream, version), version, null);
    }

    private static InvalidRequestException noVersion(long version, String why) {
        return new InvalidRequestException(
                "LF-1003", "version %d is not allowed: %s.".formatted(version, why));
    }

    /** The state with the events that had been recorded by a time. */
    Folded<S> loadAt(StreamName stream, Instant time) {
        return fold(stream, initial(), Long.MAX_VALUE, time);
    }

    private Folded<S> initial() {
        return new Folded<>(0, 0, model.initialState(), Set.of());
    }

    private Folded<S> cached(StreamName stream) {
        Folded<S> entry = cache.take(stream);
        return entry == null || !isReadable(entry) ? restored(stream, Long.MAX_VALUE) : entry;
    }

    /** Not if another program forgot one of its subjects. */
    private boolean isReadable(Folded<S> entry) {
        return privacy == null || privacy.areReadable(entry.subjects);
    }

    private Folded<S> restored(StreamName stream, long maxVersion) {
        if (snapshots == null) {
            return initial();
        }
        // A store that was restored from a backup may be behind its snapshots.
        long newest = Math.min(maxVersion, store.version(stream));
        Optional<Snapshots.Restored<S>> found = snapshots.newest(stream, newest, listener);
        return found.isEmpty() ? initial() : folded(found.get());
    }

    private static <S> Folded<S> folded(Snapshots.Restored<S> found) {
        return new Folded<>(found.version(), found.version(), found.state(), found.subjects());
    }

    private Folded<S> fold(
            StreamName stream, Folded<S> from, long toVersion, @Nullable Instant toTime) {
        long begin = SystemClock.INSTANCE.nanos();
        Folding folding = new Folding(stream, from);
        folding.read(toVersion, toTime);
        if (folding.version == 0 && toTime == null && toVersion == Long.MAX_VALUE) {
            long version = store.version(stream);
            if (version > 0) { // it was begun just now, or nothing is left of it
                folding.read(toVersion, toTime);
                folding.version = Math.max(folding.version, version);
            }
        }
        listener.loaded(
                stream, folding.eventsRead, Duration.ofNanos(SystemClock.INSTANCE.nanos() - begin));
        return from.with(folding.version, folding.state, folding.subjects).with(folding.mark);
    }

    /** One load. */
    private final class Folding {
        private final StreamName stream;
        private S state;
        private long version;
        private long eventsRead;
        private @Nullable StreamMark mark;
        private Set<String> subjects = Set.of(); // of the events that were read

        Folding(StreamName stream, Folded<S> from) {
            this.stream = stream;
            this.state = from.state;
            this.version = from.version;
        }

        void read(long toVersion, @Nullable Instant toTime) {
            ReadRequest request =
                    ReadRequest.stream(stream).afterVersion(version).toVersion(toVersion);
            try (Events events = store.read(request)) {
                while (events.hasNext()) {
                    RecordedEvent stored = events.next();
                    if (toTime != null && stored.recordedAt().isAfter(toTime)) {
                        return; // times never decrease
                    }
                    eventsRead++;
                    note(stored);
                    for (DomainEvent<E> event : model.codec().decode(stored, this::note)) {
                        state = model.evolve(stored, state, event.event());
                    }
                    version = stored.version();
                }
            }
        }

        private void note(RecordedEvent stored) {
            if (EventCodec.isPseudo(stored)) {
                StreamMark found = StreamMark.of(stored).orElse(mark);
                mark = found != null && found.is(StreamMark.Kind.FILLED) ? null : found;
            }
        }

        private void note(String subject) {
            if (subjects.isEmpty()) {
                subjects = new TreeSet<>();
            }
            subjects.add(subject);
        }
    }

    /**
     * Keeps a state for the next load, unless it is older than what is kept. Behind a mark nothing
     * is kept, so that the next load comes by the mark again.
     */
    void keep(StreamName stream, Folded<S> folded) {
        if (folded.mark != null) {
            return;
        }
        cache.put(stream, folded);
        // An erasure drops what the cache has: what comes later is dropped by who brought it.
        if (privacy != null && privacy.knowsErasureOf(folded.subjects)) {
            cache.remove(stream);
        }
    }

    /** Keeps nothing of a stream: no state, and no snapshot. */
    void forget(StreamName stream) {
        cache.remove(stream);
        if (snapshots != null) {
            snapshots.drop(stream);
        }
    }

    /**
     * An append of events that lead to a state, with its snapshot where the store keeps both in one
     * transaction. Then nothing is to be offered behind it.
     *
     * @param append appends without a snapshot
     * @return the state, with the version of the snapshot if one was made
     */
    Appended<S> append(
            Appender appender, Append append, StreamName stream, long before, Folded<S> after) {
        Snapshots<S> kept = snapshots;
        if (kept == null || !kept.areKeptBy(store)) {
            AppendResult result = appender.append(append);
            return new Appended<>(result, offerSnapshot(stream, before, after));
        }
        Snapshots.Held<S> held = new Snapshots.Held<>(after.state, after.subjects);
        Optional<SnapshotStore.Snapshot> snapshot =
                kept.due(stream, after.snapshotVersion, before, after.version, held, listener);
        if (snapshot.isEmpty()) {
            return new Appended<>(appender.append(append), after);
        }
        AtomicBoolean isKept = new AtomicBoolean();
        AppendResult result =
                appender.append(() -> {
                    SnapshottingStore.Kept done = kept.append(store, append, snapshot.get());
                    isKept.set(done.isSnapshotKept());
                    return done.result();
                });
        kept.settle(snapshot.get(), isKept.get(), listener);
        return new Appended<>(result, after.withSnapshot());
    }

    /** What was appended, and the state behind it. */
    record Appended<S>(AppendResult result, Folded<S> folded) {
        /** Without the state, whose values do not belong into logs. */
        @Override
        public String toString() {
            return "appended, " + folded;
        }
    }

    /**
     * Offers a state behind a command for a snapshot.
     *
     * @return the state, with the version of that snapshot if one was made
     */
    private Folded<S> offerSnapshot(StreamName stream, long before, Folded<S> after) {
        boolean isMade =
                snapshots != null
                        && snapshots.offer(
                                stream,
                                after.snapshotVersion,
                                before,
                                after.version,
                                new Snapshots.Held<>(after.state, after.subjects),
                                listener);
        return isMade ? after.withSnapshot() : after;
    }
}
