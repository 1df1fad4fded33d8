package org.leftfold.api;

/**
 * It is not known whether the append was stored (LF-3001). It is either there from now on or never:
 * repeat it with the same event ids, and the answer settles it. Of a transaction on views: look how
 * far the view is.
 */
public final class OutcomeUnknownException extends StoreUnavailableException {
    private static final long serialVersionUID = 1L;

    /** The append of {@code eventCount} events is in doubt because of {@code cause}. */
    public OutcomeUnknownException(int eventCount, Throwable cause) {
        super(
                "LF-3001",
                ("it is unknown whether %s stored (%s). Repeat it unchanged, after opening the store again if it has"
                                + " stopped: the answer settles it, and nothing is stored twice.")
                        .formatted(
                                eventCount == 0
                                        ? "the administrative act was"
                                        : "the append of %d events was".formatted(eventCount),
                                cause),
                cause);
    }

    private OutcomeUnknownException(String text, Throwable cause) {
        super("LF-3001", text, cause);
    }

    /**
     * A transaction on views is in doubt because of {@code cause}.
     *
     * @param where the store of the views
     */
    public static OutcomeUnknownException ofTransaction(String where, Throwable cause) {
        return new OutcomeUnknownException(
                ("it is unknown whether a transaction on the views %s was committed (%s). Look how far the view is"
                                + " before anything is done again: its progress is part of the transaction.")
                        .formatted(where, cause),
                cause);
    }
}
