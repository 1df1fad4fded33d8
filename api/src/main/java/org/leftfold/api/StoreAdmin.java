package org.leftfold.api;

import java.util.function.LongConsumer;

/**
 * The administrative acts on a store, kept apart from {@link EventStore}, which only appends, reads
 * and follows (R6). Safe for any thread.
 */
public interface StoreAdmin {
    /** Counts over the whole store. */
    StoreStatistics statistics();

    /**
     * Reads every byte that was stored and compares it with its checksums and rules.
     *
     * @param progress told the number of events checked so far, now and then
     */
    VerificationReport verify(LongConsumer progress);

    /**
     * Makes the events of a stream below {@code firstKeptVersion} unreadable, for good and durably
     * (G7). Versions and positions of all other events stay, and so does the version of the stream.
     *
     * @param act who does it and why; recorded with the act
     * @throws InvalidRequestException if the stream has no version {@code firstKeptVersion - 1}
     *     (LF-1003)
     */
    void truncate(StreamName stream, long firstKeptVersion, AdminAct act);

    /**
     * Makes all events of a stream unreadable, for good and durably. The stream keeps its version:
     * what is appended later goes on counting from it.
     *
     * @param act who does it and why; recorded with the act
     * @throws InvalidRequestException if the stream was never written (LF-1003)
     */
    void delete(StreamName stream, AdminAct act);
}
