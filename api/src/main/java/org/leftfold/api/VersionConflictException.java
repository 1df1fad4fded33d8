package org.leftfold.api;

/** A stream is not at the version that the append expected (LF-2001). Nothing was stored. */
public final class VersionConflictException extends ConflictException {
    private static final long serialVersionUID = 1L;

    private final transient StreamName stream;
    private final transient ExpectedVersion expected;
    private final long actualVersion;

    /**
     * The refusal of an append of {@code eventCount} events; of none, if it was seen before there
     * were any.
     *
     * @param stream the stream that was elsewhere
     * @param expected what was expected of it
     * @param actualVersion where it was
     * @param head last position of the store at that moment
     * @param eventCount how many events the whole append had
     */
    public VersionConflictException(
            StreamName stream,
            ExpectedVersion expected,
            long actualVersion,
            long head,
            int eventCount) {
        super(
                "LF-2001",
                text(stream, expected, actualVersion, eventCount),
                missed(stream, expected, actualVersion, head));
        this.stream = stream;
        this.expected = expected;
        this.actualVersion = actualVersion;
    }

    private static String text(
            StreamName stream, ExpectedVersion expected, long actualVersion, int eventCount) {
        return eventCount == 0
                ? ("stream '%s' is at version %d, where the caller expected %s; nothing was stored. Load"
                                + " the stream and decide again.")
                        .formatted(stream, actualVersion, expected)
                : ("append to stream '%s' refused, none of its %d events was stored: expected %s, the"
                                + " stream is at version %d. Load the stream and decide again; do not"
                                + " resend these events.")
                        .formatted(stream, eventCount, expected, actualVersion);
    }

    private static ReadRequest missed(
            StreamName stream, ExpectedVersion expected, long actualVersion, long head) {
        long known = expected instanceof ExpectedVersion.Exactly exactly ? exactly.version() : 0;
        return ReadRequest.stream(stream).to(head).afterVersion(known).toVersion(actualVersion);
    }

    /** The stream that was elsewhere. */
    public StreamName stream() {
        return stream;
    }

    /** What was expected of it. */
    public ExpectedVersion expected() {
        return expected;
    }

    /** The version it was at; 0 if it was never written. */
    public long actualVersion() {
        return actualVersion;
    }
}
