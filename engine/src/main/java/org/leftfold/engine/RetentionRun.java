package org.leftfold.engine;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Retention;
import org.leftfold.api.UncountedVersions;
import org.leftfold.api.spi.Completer;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.index.EventIndex.StreamEntry;
import org.leftfold.engine.log.BodyDecoder;
import org.leftfold.engine.log.Log;

/**
 * Truncates the streams of a store as a retention says. Times of recording never fall with
 * positions, so one position parts the old events from the young ones, and the index knows how many
 * events a stream has below it. Memory is that of a walk over the names of streams, and of the acts
 * under way. One thread.
 */
final class RetentionRun {
    /** So many acts wait for the writer at once, which then never waits for this walk. */
    private static final int MOST_UNDER_WAY = 256;

    private static final long PROGRESS_STEP = 10_000;

    private final EmbeddedEventStore store;
    private final EventIndex index;
    private final Retention retention;
    private final AdminAct act;
    private final EventFetcher fetcher;
    private final UncountedVersions uncounted = new UncountedVersions();
    private final Queue<CompletableFuture<Long>> underWay = new ArrayDeque<>();
    private long looked;
    private long truncated;

    RetentionRun(
            EmbeddedEventStore store,
            Log log,
            EventIndex index,
            Retention retention,
            AdminAct act) {
        this.store = store;
        this.index = index;
        this.retention = retention;
        this.act = act;
        this.fetcher = new EventFetcher(log, index);
    }

    /** Gives the number of streams of which something became unreadable. */
    long run(InstantSource clock, LongConsumer progress) {
        long head = store.head();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        long lastOld = lastBefore(retention.youngFrom(now), head);
        uncounted.readTo(head, store::read);
        try {
            index.streams(
                    retention.category().orElse(""),
                    head,
                    entry -> {
                        if (retention.concerns(entry.stream())) {
                            look(entry, lastOld);
                            if (++looked % PROGRESS_STEP == 0) {
                                progress.accept(looked);
                            }
                        }
                        return true;
                    });
            while (!underWay.isEmpty()) {
                awaitOldest();
            }
        } finally {
            // After an error too nothing is under way any more when the call ends.
            underWay.forEach(pending -> pending.exceptionally(failure -> 0L).join());
        }
        return truncated;
    }

    private void look(StreamEntry entry, long lastOld) {
        long firstKept =
                retention.firstKeptVersion(
                        entry.version(), oldVersions(entry, lastOld), uncounted.of(entry.stream()));
        if (firstKept <= entry.firstVersion()) {
            return;
        }
        underWay.add(store.submit(new Pending.OfTruncation(entry.stream(), firstKept, act)));
        if (underWay.size() >= MOST_UNDER_WAY) {
            awaitOldest();
        }
    }

    /** How many events of a stream are too old; asks the index only where they are parted. */
    private long oldVersions(StreamEntry entry, long lastOld) {
        if (lastOld < entry.firstPosition()) {
            return 0; // or all of them are unreadable already
        }
        return lastOld >= entry.lastPosition()
                ? entry.version()
                : index.versionAt(entry.stream(), lastOld);
    }

    private void awaitOldest() {
        Completer.await(underWay.remove());
        truncated++;
    }

    /** The last position that was recorded before a time, 0 for none. */
    private long lastBefore(Instant time, long head) {
        long low = 0; // recorded before it, or none
        long high = head + 1; // not recorded before it, or above the head
        while (high - low > 1) {
            long middle = (low + high) >>> 1;
            if (recordedAt(middle).isBefore(time)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private Instant recordedAt(long position) {
        BodyDecoder at = fetcher.seek(position);
        Instant recordedAt = at.recordedAt();
        at.skip();
        return recordedAt;
    }
}
