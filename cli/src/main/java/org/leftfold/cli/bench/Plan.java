package org.leftfold.cli.bench;

import org.leftfold.api.Limits;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.terminal.ByteSize;

/**
 * How much is measured.
 *
 * @param events size of the store that is read, and the most operations of one measure
 * @param callers how many append at once
 * @param payloadBytes size of each payload
 */
public record Plan(int events, int callers, int payloadBytes) {
    private static final int MAX_EVENTS = 100_000_000;
    private static final int MAX_CALLERS = 10_000;
    private static final long MAX_BYTES = 16L << 30; // more is no quick measurement

    /**
     * @throws InputException if a number is outside what can be measured
     */
    public Plan {
        check("--events", events, Bench.EVENTS_PER_STREAM, MAX_EVENTS);
        check("--callers", callers, 1, MAX_CALLERS);
        check("--payload", payloadBytes, 0, Limits.MAX_PAYLOAD_BYTES);
        if ((long) events * payloadBytes > MAX_BYTES) {
            throw InputException.because(
                    "%d events of %d bytes are more than %s: take fewer or smaller ones"
                            .formatted(events, payloadBytes, ByteSize.text(MAX_BYTES)));
        }
    }

    private static void check(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw InputException.because(
                    "%s %d: %d to %d is possible".formatted(option, value, least, most));
        }
    }

    /** How many streams the store that is read has. */
    int streams() {
        return events / Bench.EVENTS_PER_STREAM;
    }
}
