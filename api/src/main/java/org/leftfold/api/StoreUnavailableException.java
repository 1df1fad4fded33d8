package org.leftfold.api;

import org.jspecify.annotations.Nullable;

/**
 * The store could not do it now, through no fault of the call. Unless it is an {@link
 * OutcomeUnknownException}, the call stored nothing. Repeat later, with the same event ids.
 *
 * <p>A refused repetition does not settle an earlier unknown outcome: only an answer other than
 * this category does.
 */
public class StoreUnavailableException extends LeftfoldException {
    private static final long serialVersionUID = 1L;

    /** An error of this category, for stores and modules with codes of their own. */
    public StoreUnavailableException(String code, String text, @Nullable Throwable cause) {
        super(code, text, cause);
    }

    /** LF-3002: the store stopped writing after a failure that leaves the disk in doubt. */
    public static StoreUnavailableException stopped(String where, Throwable cause) {
        return new StoreUnavailableException(
                "LF-3002",
                ("the store %s stopped appending after a failure (%s); this call stored nothing, and what an"
                                + " earlier LF-3001 left open stays open until the store is opened again. Reading"
                                + " goes on. Look at the disk, then close and open the store: it recovers by itself.")
                        .formatted(where, cause),
                cause);
    }

    /** LF-3003: there is no room for the events, but there may be again. */
    public static StoreUnavailableException noSpace(String where, Throwable cause) {
        return new StoreUnavailableException(
                "LF-3003",
                ("the store %s cannot write more now (%s); this call stored nothing, and what an"
                                + " earlier LF-3001 left open stays open. Reading goes on. If the disk is full, free"
                                + " some space: writing resumes by itself.")
                        .formatted(where, cause),
                cause);
    }

    /** LF-3004: somebody else writes to the store. */
    public static StoreUnavailableException inUse(String where) {
        return new StoreUnavailableException(
                "LF-3004",
                ("the store %s is open for writing elsewhere, in this process or another; nothing"
                                + " was changed. Close it there, or open it read-only here.")
                        .formatted(where),
                null);
    }

    /** LF-3005: the store could not be read. */
    public static StoreUnavailableException unreadable(String what, Throwable cause) {
        return new StoreUnavailableException(
                "LF-3005",
                "%s could not be read (%s). Nothing was changed. Look at the disk and try again."
                        .formatted(what, cause),
                cause);
    }

    /** LF-3007: it cannot be told how far the log is durable. */
    public static StoreUnavailableException noMark(String where) {
        return new StoreUnavailableException(
                "LF-3007",
                ("the store %s cannot be read without opening it for writing: its file mark is missing or damaged, so"
                                + " nobody can tell how far the log is durable. Nothing was changed. Open the store for"
                                + " writing once, which makes the file anew, or try again if that is going on.")
                        .formatted(where),
                null);
    }

    /** LF-3006: the store was closed while the call or the subscription was under way. */
    public static StoreUnavailableException closing(String what) {
        return new StoreUnavailableException(
                "LF-3006",
                "%s ended because the store was closed; nothing was stored.".formatted(what),
                null);
    }

    /** LF-3008: the store is being scavenged already. */
    public static StoreUnavailableException scavenging(String where) {
        return new StoreUnavailableException(
                "LF-3008",
                ("the store %s is being scavenged already; this call did nothing. Wait until that has"
                                + " ended, and scavenge again if something became unreadable meanwhile.")
                        .formatted(where),
                null);
    }
}
