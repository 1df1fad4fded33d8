package org.leftfold.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The call itself is wrong and would be wrong again: fix it. Nothing was stored. */
public class InvalidRequestException extends LeftfoldException {
    private static final long serialVersionUID = 1L;

    /** An error of this category, for stores and modules with codes of their own. */
    public InvalidRequestException(String code, String text) {
        this(code, text, null);
    }

    /** The same, with what caused it. */
    public InvalidRequestException(String code, String text, @Nullable Throwable cause) {
        super(code, text, cause);
    }

    /** LF-1001: a name or other text has not the form it needs. */
    public static InvalidRequestException name(String what, String value, String why) {
        return new InvalidRequestException(
                "LF-1001",
                "%s '%s' is not allowed: %s. Nothing was stored.".formatted(what, value, why));
    }

    /** LF-1003: a number is outside its range. */
    public static InvalidRequestException number(String what, long value, String why) {
        return new InvalidRequestException(
                "LF-1003",
                "%s %d is not allowed: %s. Nothing was stored.".formatted(what, value, why));
    }

    /** LF-1004: an append is not well formed. */
    public static InvalidRequestException append(String why) {
        return new InvalidRequestException(
                "LF-1004", "this append cannot be made: %s. Nothing was stored.".formatted(why));
    }

    /** LF-1005: event ids are known, but not as this append. */
    public static InvalidRequestException idReuse(StreamName stream, EventId id, String why) {
        return new InvalidRequestException(
                "LF-1005",
                ("event id %s is known in stream '%s', but this is no repetition of the append that"
                                + " stored it: %s. Nothing was stored. Give new events new ids, or repeat the"
                                + " first append unchanged.")
                        .formatted(id, stream, why));
    }

    /** LF-1007: the object was closed before. */
    public static InvalidRequestException closed(String what) {
        return new InvalidRequestException(
                "LF-1007", "%s is closed, nothing was done. Open it again.".formatted(what));
    }

    /** LF-1008: the operation needs a store that was opened for writing. */
    public static InvalidRequestException readOnly(String where) {
        return new InvalidRequestException(
                "LF-1008",
                "the store %s was opened for reading only, nothing was stored.".formatted(where));
    }

    /** LF-1011: a backup cannot be restored here. */
    public static InvalidRequestException backup(String why) {
        return new InvalidRequestException(
                "LF-1011",
                ("this backup cannot be restored here: %s. What was restored before stays. Restore into an"
                                + " empty store.")
                        .formatted(why));
    }

    /** LF-1014: a payload is no JSON. */
    static InvalidRequestException json(String type, String why) {
        return new InvalidRequestException(
                "LF-1014",
                "the payload of an event of type '%s' is no JSON: %s. Nothing was stored."
                        .formatted(Names.shown(type), why));
    }

    static InvalidRequestException audit(StreamName stream, NewEvent event, List<String> missing) {
        return new InvalidRequestException(
                "LF-1006",
                ("event %s (%s) for stream '%s' lacks the metadata %s that the audit policy of this"
                                + " store requires. Nothing of the append was stored. Add it and append"
                                + " again.")
                        .formatted(event.id(), event.type(), stream, missing));
    }

    static void limit(String what, long value, long limit) {
        if (value > limit) {
            throw new InvalidRequestException(
                    "LF-1002",
                    "%d %s are too many, %d are allowed. Nothing was stored."
                            .formatted(value, what, limit));
        }
    }
}
