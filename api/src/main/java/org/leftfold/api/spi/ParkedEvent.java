package org.leftfold.api.spi;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;

/**
 * An event that a view could not apply, or that waits behind one.
 *
 * @param part the part of the view
 * @param sequence its place among the parked events of the part, from 1; what was parked first
 *     comes first
 * @param key the key that it concerns
 * @param state why it is here
 * @param stream the stream of the event
 * @param version its version there
 * @param type its type, as it is stored
 * @param attempts how often it was tried
 * @param error what the last attempt threw; empty if it was never tried
 * @param patch a payload that this view applies in its place; empty if there is none
 * @param parkedAt when it was parked
 */
public record ParkedEvent(
        int part,
        long sequence,
        String key,
        State state,
        StreamName stream,
        long version,
        String type,
        int attempts,
        String error,
        Optional<Payload> patch,
        Instant parkedAt) {
    /** Longest text of an error, in characters; the rest is cut off. */
    public static final int MAX_ERROR_CHARS = 2_000;

    /** Why an event is parked. */
    public enum State {
        /** It failed; later events of its key wait for it. */
        FAILED,
        /** It waits behind one that failed. */
        HELD,
        /** It failed and was left out for good; nothing waits for it. */
        SKIPPED
    }

    /** Checks the key, cuts the error. */
    public ParkedEvent {
        NameRule.check("view key", key);
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(stream, "stream");
        Objects.requireNonNull(patch, "patch");
        Objects.requireNonNull(parkedAt, "parkedAt");
        error = error.length() > MAX_ERROR_CHARS ? error.substring(0, MAX_ERROR_CHARS) : error;
    }
}
