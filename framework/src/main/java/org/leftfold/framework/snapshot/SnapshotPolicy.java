package org.leftfold.framework.snapshot;

/** Says after which commands a snapshot is made. Safe for any thread. */
@FunctionalInterface
public interface SnapshotPolicy<S> {
    /**
     * Whether to make one now.
     *
     * @param snapshotVersion version of the snapshot that the load began with, or that was made
     *     since if the state was cached; 0 without one
     * @param before version of the stream before the command
     * @param after version of the stream after it
     * @param state the state at {@code after}
     */
    boolean isDue(long snapshotVersion, long before, long after, S state);

    /**
     * Whenever the version passes a multiple of {@code events}: with 100, after the command that
     * brings version 100, or 101 and 102 at once, and then 200.
     *
     * @param events at least 1
     */
    static <S> SnapshotPolicy<S> every(long events) {
        if (events < 1) {
            throw new IllegalArgumentException(
                    "a snapshot every %d events cannot be made: give at least 1".formatted(events));
        }
        return (snapshotVersion, before, after, state) -> after / events > before / events;
    }

    /** Never; snapshots that exist are read. */
    static <S> SnapshotPolicy<S> never() {
        return (snapshotVersion, before, after, state) -> false;
    }

    /** When this policy or another one says so. */
    default SnapshotPolicy<S> or(SnapshotPolicy<? super S> other) {
        return (snapshotVersion, before, after, state) ->
                isDue(snapshotVersion, before, after, state)
                        || other.isDue(snapshotVersion, before, after, state);
    }

    /** When this policy and another one say so. */
    default SnapshotPolicy<S> and(SnapshotPolicy<? super S> other) {
        return (snapshotVersion, before, after, state) ->
                isDue(snapshotVersion, before, after, state)
                        && other.isDue(snapshotVersion, before, after, state);
    }
}
