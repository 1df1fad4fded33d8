package org.leftfold.cli.intake;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.leftfold.api.Append;
import org.leftfold.api.AppendResult;
import org.leftfold.api.EventStore;
import org.leftfold.api.ExpectedVersion;
import org.leftfold.api.InvalidRequestException;

/**
 * Appends batches in order without waiting for each: many are under way at once, up to a limit of
 * events and bytes. Counts what was new and what the store had already.
 *
 * <p>A batch of which the store knows some events and not others, as when a trace has grown since
 * its last import, is repeated event by event. For one thread.
 */
public final class AppendPipeline {
    private static final int MAX_APPENDS = 4096; // enough to fill the groups of any disk
    private static final long MAX_BYTES = 64L << 20; // what an import may take of the heap
    private static final String ID_REUSE = "LF-1005";

    private final EventStore store;
    private final Deque<UnderWay> queue = new ArrayDeque<>();
    private final StreamTable streams = new StreamTable();
    private long queuedBytes;
    private long newEvents;
    private long knownEvents;
    private long newStreams;

    /** An appended batch that was not heard of yet. */
    private record UnderWay(Batch batch, long sizeBytes, CompletableFuture<AppendResult> result) {}

    /** A pipeline into {@code store}. */
    public AppendPipeline(EventStore store) {
        this.store = store;
    }

    /**
     * Appends a batch, behind all batches before it.
     *
     * @throws InputException if this batch or an earlier one cannot be stored
     */
    public void submit(Batch batch) {
        long sizeBytes = batch.sizeBytes();
        while (!queue.isEmpty()
                && (batch.mustWait()
                        || queue.size() >= MAX_APPENDS
                        || queuedBytes + sizeBytes > MAX_BYTES)) {
            settleOldest();
        }
        Append append = Append.to(batch.stream(), ExpectedVersion.any(), batch.newEvents());
        queue.add(new UnderWay(batch, sizeBytes, store.appendAsync(append)));
        queuedBytes += sizeBytes;
    }

    /**
     * Waits for everything that was submitted.
     *
     * @throws InputException if a batch cannot be stored
     */
    public void drain() {
        while (!queue.isEmpty()) {
            settleOldest();
        }
    }

    /** Waits for everything that was submitted and counts it, without a complaint about any. */
    public void drainQuietly() {
        while (!queue.isEmpty()) {
            UnderWay oldest = queue.removeFirst();
            oldest.result()
                    .handle((result, error) -> result == null ? null : countOf(oldest, result))
                    .join();
        }
    }

    private AppendResult countOf(UnderWay settled, AppendResult result) {
        count(settled.batch(), settled.batch().events().size(), result);
        return result;
    }

    private void settleOldest() {
        UnderWay oldest = queue.removeFirst();
        queuedBytes -= oldest.sizeBytes();
        Batch batch = oldest.batch();
        try {
            count(batch, batch.events().size(), oldest.result().join());
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof InvalidRequestException refused)) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
            if (batch.events().size() == 1 || !refused.code().equals(ID_REUSE)) {
                throw refused(batch, batch.events().getFirst(), refused);
            }
            appendOneByOne(batch);
        }
    }

    private void appendOneByOne(Batch batch) {
        for (Batch.Sourced sourced : batch.events()) {
            try {
                AppendResult result =
                        store.append(
                                batch.stream(), ExpectedVersion.any(), List.of(sourced.event()));
                count(batch, 1, result);
            } catch (InvalidRequestException e) {
                throw refused(batch, sourced, e);
            }
        }
    }

    private static InputException refused(
            Batch batch, Batch.Sourced sourced, InvalidRequestException refused) {
        if (!refused.code().equals(ID_REUSE)) {
            return InputException.refused(batch.file(), sourced.line(), refused);
        }
        return InputException.at(
                batch.file(),
                sourced.line(),
                ("the store has this event (id %s in stream '%s') with other content; stored events"
                                + " never change. If this is another log, import it under a name of its own"
                                + " with --category NAME, or into another store")
                        .formatted(sourced.event().id(), batch.stream()));
    }

    private void count(Batch batch, int events, AppendResult result) {
        if (result.repeated()) {
            knownEvents += events;
        } else {
            newEvents += events;
            if (streams.markNew(batch.stream())) {
                newStreams++;
            }
        }
    }

    /** Events that were stored. */
    public long newEvents() {
        return newEvents;
    }

    /** Events that the store had already. */
    public long knownEvents() {
        return knownEvents;
    }

    /** Streams with at least one event that was stored. */
    public long newStreams() {
        return newStreams;
    }

    /** Events that were stored or under way: for showing progress. */
    public long countSoFar() {
        return newEvents + knownEvents;
    }
}
