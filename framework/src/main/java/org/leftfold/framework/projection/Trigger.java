package org.leftfold.framework.projection;

import java.time.Duration;
import org.leftfold.api.InvalidRequestException;

/** When a projection is brought up to date (R99). */
public sealed interface Trigger {
    /** Shortest time between two runs. */
    Duration MIN_INTERVAL = Duration.ofMillis(10);

    /** With every event, as it is appended. */
    record ByEvent() implements Trigger {}

    /** When somebody asks for it with {@link Projections#refresh}. */
    record OnRequest() implements Trigger {}

    /**
     * Again and again, and when somebody asks for it.
     *
     * @param interval from the end of one run to the beginning of the next
     */
    record Every(Duration interval) implements Trigger {
        /**
         * Checks the interval.
         *
         * @throws InvalidRequestException if it is shorter than {@link #MIN_INTERVAL} (LF-1003)
         */
        public Every {
            if (interval.compareTo(MIN_INTERVAL) < 0) {
                throw InvalidRequestException.number(
                        "interval in milliseconds",
                        interval.toMillis(),
                        "it must be at least " + MIN_INTERVAL);
            }
        }
    }
}
