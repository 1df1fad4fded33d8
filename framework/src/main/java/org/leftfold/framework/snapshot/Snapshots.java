package org.leftfold.framework.snapshot;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.Append;
import org.leftfold.api.EventStore;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.api.spi.SnapshotStore;
import org.leftfold.api.spi.SnapshottingStore;
import org.leftfold.framework.privacy.SealedStates;

/**
 * How the snapshots of one kind of state are kept. Whoever deletes or truncates a stream lets its
 * snapshots be forgotten too ({@code Repository.forget}), for they stand for the events that they
 * were made of. Immutable; safe for any thread.
 */
public final class Snapshots<S> {
    private static final Executor HERE = Runnable::run;
    private static final Executor LATER =
            task -> Thread.ofVirtual().name("leftfold-snapshot").start(task);

    private final SnapshotStore store;
    private final StateFormat<S> format;
    private final SnapshotPolicy<? super S> policy;
    private final Executor executor;
    private final boolean withEvents;
    private final @Nullable SealedStates sealing;

    private Snapshots(
            SnapshotStore store,
            StateFormat<S> format,
            SnapshotPolicy<? super S> policy,
            Executor executor,
            boolean withEvents,
            @Nullable SealedStates sealing) {
        this.store = store;
        this.format = format;
        this.policy = policy;
        this.executor = executor;
        this.withEvents = withEvents;
        this.sealing = sealing;
    }

    /** Snapshots that are saved before the command returns. */
    public static <S> Snapshots<S> in(
            SnapshotStore store, StateFormat<S> format, SnapshotPolicy<? super S> policy) {
        return new Snapshots<>(store, format, policy, HERE, false, null);
    }

    /**
     * The same, saved after the command has returned, on a thread of their own. The state is
     * encoded before, so it may change meanwhile.
     */
    public Snapshots<S> afterwards() {
        return new Snapshots<>(store, format, policy, LATER, false, sealing);
    }

    /**
     * The same, kept in the transaction of the events where the store can, so that both are there
     * or neither: in a database, with the snapshots of the same {@code JdbcEventStore}. Elsewhere,
     * and when that fails, they are saved before the command returns. All who append wait while a
     * snapshot is written, so keep states small.
     */
    public Snapshots<S> withEvents() {
        return new Snapshots<>(store, format, policy, HERE, true, sealing);
    }

    /**
     * The same with states sealed that hold personal data, so that nobody can read them once one of
     * the subjects is forgotten. Repositories of a {@code Leftfold} with privacy do that by
     * themselves.
     */
    public Snapshots<S> sealedBy(SealedStates states) {
        return new Snapshots<>(store, format, policy, executor, withEvents, states);
    }

    /** Hears what becomes of snapshots. Must not throw; those of repositories may. */
    public interface Listener {
        /** One was saved. */
        void saved(StreamName stream, long version);

        /** One could not be made or saved; the command is not touched by that. */
        void failed(StreamName stream, long version, RuntimeException cause);

        /** One could not be read, so more events are; {@code version} is 0 if it was not found. */
        void skipped(StreamName stream, long version, RuntimeException cause);
    }

    /**
     * A state that was read from a snapshot.
     *
     * @param version the version of the last event in it
     * @param subjects whose personal data it holds
     */
    public record Restored<S>(long version, S state, Set<String> subjects) {
        /** Without the state, whose values do not belong into logs. */
        @Override
        public String toString() {
            return "snapshot at version " + version;
        }
    }

    /**
     * A state to be kept.
     *
     * @param subjects whose personal data it holds
     */
    public record Held<S>(S state, Set<String> subjects) {
        /** Without the state, whose values do not belong into logs. */
        @Override
        public String toString() {
            return "state";
        }
    }

    /** The newest state that can be read, at or below a version. Never throws. */
    public Optional<Restored<S>> newest(StreamName stream, long maxVersion, Listener listener) {
        long below = maxVersion;
        while (true) {
            Optional<SnapshotStore.Snapshot> found;
            try {
                found = store.newest(stream, format.stateType(), below);
            } catch (Exception | Error e) {
                listener.skipped(stream, 0, told(e));
                return Optional.empty();
            }
            if (found.isEmpty()) {
                return Optional.empty();
            }
            SnapshotStore.Snapshot snapshot = found.get();
            try {
                Optional<SealedStates.Opened> opened = opened(snapshot);
                if (opened.isEmpty()) { // a subject was forgotten; older ones may hold it as well
                    store.drop(stream);
                    return Optional.empty();
                }
                S state = read(snapshot.schemaVersion(), opened.get().state());
                return Optional.of(
                        new Restored<>(snapshot.version(), state, opened.get().subjects()));
            } catch (Exception | Error e) {
                listener.skipped(stream, snapshot.version(), told(e));
                below = snapshot.version() - 1;
            }
        }
    }

    @SuppressWarnings("ConstantValue") // code of the application may give null against its types
    private S read(int schemaVersion, Payload encoded) {
        S state = format.read(schemaVersion, encoded);
        if (state == null) {
            throw new IllegalStateException("it was read as null");
        }
        return state;
    }

    /** What listeners are told of anything that is thrown, errors of the JVM included. */
    private static RuntimeException told(Throwable e) {
        return e instanceof RuntimeException usual
                ? usual
                : new IllegalStateException("%s was thrown".formatted(e.getClass().getName()), e);
    }

    /**
     * Makes a snapshot if the policy says so. Never throws.
     *
     * @param snapshotVersion version of the snapshot that the load began with, 0 without one
     * @param before version before the command
     * @param after version of {@code state}
     * @return whether one was made; it may be saved later, or not be saved at all
     */
    public boolean offer(
            StreamName stream,
            long snapshotVersion,
            long before,
            long after,
            Held<S> state,
            Listener listener) {
        Optional<SnapshotStore.Snapshot> made =
                due(stream, snapshotVersion, before, after, state, listener);
        if (made.isEmpty()) {
            return false;
        }
        try {
            executor.execute(() -> save(made.get(), listener));
            return true;
        } catch (Exception | Error e) { // the events are stored, whatever this is
            listener.failed(stream, after, told(e));
            return false;
        }
    }

    /** Whether an append to this store has its snapshot with it. */
    public boolean areKeptBy(EventStore events) {
        return withEvents && events instanceof SnapshottingStore able && able.keepsHere(store);
    }

    /**
     * The same before the append, for {@link #append}. Never throws.
     *
     * @param after version that the append leads to
     * @return empty if the policy does not say so, or it could not be made
     */
    public Optional<SnapshotStore.Snapshot> due(
            StreamName stream,
            long snapshotVersion,
            long before,
            long after,
            Held<S> state,
            Listener listener) {
        try {
            return policy.isDue(snapshotVersion, before, after, state.state)
                    ? Optional.of(sealed(stream, after, format.write(state.state), state.subjects))
                    : Optional.empty();
        } catch (Exception | Error e) { // the events do without
            listener.failed(stream, after, told(e));
            return Optional.empty();
        }
    }

    /** Appends with a snapshot; see {@link SnapshottingStore}, which the store has to be. */
    public SnapshottingStore.Kept append(
            EventStore events, Append append, SnapshotStore.Snapshot snapshot) {
        return ((SnapshottingStore) events).append(append, snapshot, store);
    }

    /** Tells of a snapshot that was appended with its events, or saves it now. Never throws. */
    public void settle(SnapshotStore.Snapshot snapshot, boolean isKept, Listener listener) {
        if (isKept) {
            listener.saved(snapshot.stream(), snapshot.version());
        } else {
            save(snapshot, listener);
        }
    }

    /**
     * Drops all snapshots of a stream, of whatever kind of state.
     *
     * @throws org.leftfold.api.LeftfoldException as the store of the snapshots says
     */
    public void drop(StreamName stream) {
        store.drop(stream);
    }

    private SnapshotStore.Snapshot sealed(
            StreamName stream, long version, Payload encoded, Set<String> subjects) {
        SnapshotStore.Snapshot plain =
                new SnapshotStore.Snapshot(
                        stream, version, format.stateType(), format.schemaVersion(), encoded);
        return sealing == null ? plain : sealing.seal(plain, subjects);
    }

    private Optional<SealedStates.Opened> opened(SnapshotStore.Snapshot snapshot) {
        return sealing == null
                ? Optional.of(new SealedStates.Opened(snapshot.state(), Set.of()))
                : sealing.open(snapshot);
    }

    private void save(SnapshotStore.Snapshot snapshot, Listener listener) {
        try {
            store.save(snapshot);
        } catch (Exception | Error e) {
            listener.failed(snapshot.stream(), snapshot.version(), told(e));
            return;
        }
        listener.saved(snapshot.stream(), snapshot.version());
    }
}
