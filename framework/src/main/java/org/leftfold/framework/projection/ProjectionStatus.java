package org.leftfold.framework.projection;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How a projection is doing.
 *
 * @param name its name
 * @param version version of the code that runs here
 * @param generation the generation that is read
 * @param state what it does, taken together
 * @param parts its parts
 * @param lag positions between the part that is furthest behind and the head of the store
 * @param eventsPerSecond how many events this instance has given it in a second, over the last ten
 *     or so
 * @param parkedKeys how many keys are parked
 * @param rebuild the rebuild that is under way
 */
public record ProjectionStatus(
        String name,
        int version,
        int generation,
        State state,
        List<PartStatus> parts,
        long lag,
        double eventsPerSecond,
        int parkedKeys,
        Optional<RebuildStatus> rebuild) {
    /** What a projection does. */
    public enum State {
        /** Some part reads what it has missed. */
        CATCHING_UP,
        /** All parts have everything. */
        LIVE,
        /** It runs when it is asked to, or when its time comes. */
        RESTING,
        /** Some part waits for a store that does not answer. */
        WAITING,
        /** It was paused. */
        PAUSED,
        /** Some part has failed. */
        STOPPED,
        /** No program has ever worked on it. */
        NEVER_STARTED,
        /** Other instances work on it, with newer or older code, or nobody does. */
        ELSEWHERE
    }

    /** Copies the parts. */
    public ProjectionStatus {
        parts = List.copyOf(parts);
    }

    /** What went wrong last, in any part. */
    public Optional<PartStatus.LastError> lastError() {
        return parts.stream()
                .flatMap(part -> part.lastError().stream())
                .max(Comparator.comparing(PartStatus.LastError::at));
    }
}
