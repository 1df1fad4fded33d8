package org.leftfold.api.spi;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.leftfold.api.InvalidRequestException;
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
 * @param patch a payload that this view applies in its place, at most {@link
 *     org.leftfold.api.Limits#MAX_PAYLOAD_BYTES}; empty if there is none
 * @param parkedAt when it was parked, to the microsecond
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

    /**
     * Checks all of it, and makes of the error what every store can keep: no more characters than
     * it may have, none of them halved, U+FFFD for U+0000 and for half surrogate pairs.
     *
     * @throws InvalidRequestException if the key or the type (LF-1001), the size of the patch
     *     (LF-1002) or a number (LF-1003) is not allowed
     */
    public ParkedEvent {
        NameRule.check("view key", key);
        NameRule.check("event type", type);
        if (part < 0 || attempts < 0) {
            throw InvalidRequestException.number(
                    "number of a parked event",
                    Math.min(part, attempts),
                    "part and attempts must not be negative");
        }
        if (sequence < 1 || version < 1) {
            throw InvalidRequestException.number(
                    "number of a parked event",
                    Math.min(sequence, version),
                    "sequence and version must be at least 1");
        }
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(stream, "stream");
        Objects.requireNonNull(patch, "patch");
        Objects.requireNonNull(parkedAt, "parkedAt");
        patch.ifPresent(payload -> ViewStore.checkSize("patch", payload));
        error = kept(error);
        parkedAt = parkedAt.truncatedTo(ChronoUnit.MICROS);
    }

    private static String kept(String error) {
        StringBuilder text = new StringBuilder(Math.min(error.length(), MAX_ERROR_CHARS));
        for (int i = 0; i < error.length(); ) {
            int codePoint = error.codePointAt(i);
            i += Character.charCount(codePoint);
            if (text.length() + Character.charCount(codePoint) > MAX_ERROR_CHARS) {
                break;
            }
            boolean unkept = codePoint == 0 || Character.getType(codePoint) == Character.SURROGATE;
            text.appendCodePoint(unkept ? 0xFFFD : codePoint);
        }
        return text.toString();
    }
}
