package org.leftfold.framework.projection;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a rebuild is doing.
 *
 * @param generation the generation that is built
 * @param version version of the code that builds it: others leave it alone
 * @param state what it does
 * @param events how many events it was given, over all parts
 * @param positionsDone how many positions of the store are behind it, the mean of its parts
 * @param positionsTotal how many there are by now
 * @param eventsPerSecond how many events it was given in a second, over the last ten or so, by this
 *     instance
 * @param timeLeft how long it takes at that rate; empty while nobody can tell
 * @param swapsItself whether its generation is read as soon as it has caught up
 * @param rollsBack whether its generation was read before, and is to be again
 * @param by who began it
 * @param since when
 * @param problem why it does not go on, and what to do; of an event that failed where this instance
 *     works on it, of a store that was restored everywhere
 */
public record RebuildStatus(
        int generation,
        int version,
        State state,
        long events,
        long positionsDone,
        long positionsTotal,
        double eventsPerSecond,
        Optional<Duration> timeLeft,
        boolean swapsItself,
        boolean rollsBack,
        String by,
        Instant since,
        Optional<String> problem) {
    /** What a rebuild does. */
    public enum State {
        /** It reads the past. */
        RUNNING,
        /** It was paused. */
        PAUSED,
        /** It has caught up, and can be swapped in. */
        READY,
        /** Some part of it has failed, or its store was restored since. */
        STOPPED
    }

    /** How much of it is done, 0 to 1. */
    public double fraction() {
        return positionsTotal == 0 ? 1 : Math.min(1, (double) positionsDone / positionsTotal);
    }
}
