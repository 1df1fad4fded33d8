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

    /**
     * Makes unreadable what a rule does not keep, stream for stream, each as {@link #truncate}
     * does: an act that is durable and recorded. Ages are measured by the store's clock at the time
     * of this call. A stream may be emptied by its age; it keeps its version. Cut short, what was
     * done stays, and the call can be made again.
     *
     * @param act who does it and why; recorded with each act
     * @param progress told the number of streams looked at so far, now and then
     * @return of how many streams something became unreadable by this call
     * @throws InvalidRequestException if the retention has no rule (LF-1003)
     */
    long retain(Retention retention, AdminAct act, LongConsumer progress);

    /**
     * Gives back the space of unreadable events. Positions, versions and ids stay: removed events
     * keep their places, so that repetition is still recognised and no position moves. Readers,
     * followers and appends go on meanwhile. A store may leave events where little would be won.
     * Cut short, it is made again.
     *
     * @param progress told the number of positions passed so far, now and then
     * @throws StoreUnavailableException if the store is being scavenged already (LF-3008)
     */
    ScavengeReport scavenge(LongConsumer progress);

    /**
     * Opens a backup: the whole history up to this call, consistent though others go on appending.
     * It can be restored into any kind of store.
     */
    Backup backup();

    /**
     * Fills this store with a backup: every event gets the position, version, id and time of
     * recording that it had, what was appended together stays together, what was unreadable stays
     * so, and appends go on behind it. Nothing of the store's own rules is asked, such as the audit
     * policy. The store keeps an epoch of its own, so checkpoints of the store that was backed up
     * are refused (LF-4002).
     *
     * <p>The store has to be empty, or to hold the beginning of the same history: a restore that
     * was cut short is made again and goes on where it stopped. Events that are there already are
     * compared. What was taken in before an error stays, durably.
     *
     * @param progress told the number of positions passed so far, now and then
     * @return how many events were added
     * @throws InvalidRequestException if the store holds something else, or the backup contradicts
     *     itself (LF-1011)
     */
    long restore(Backup backup, LongConsumer progress);
}
