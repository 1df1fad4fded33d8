package org.leftfold.engine;

import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Backup;
import org.leftfold.api.Events;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.Retention;
import org.leftfold.api.ScavengeReport;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StoreStatistics;
import org.leftfold.api.StreamName;
import org.leftfold.api.VerificationReport;
import org.leftfold.api.spi.Completer;
import org.leftfold.engine.index.EventIndex;
import org.leftfold.engine.log.Log;

/** The administrative acts on an embedded store. Safe for any thread. */
final class EmbeddedAdmin implements StoreAdmin {
    private final EmbeddedEventStore store;
    private final Log log;
    private final EventIndex index;
    private final InstantSource clock;

    EmbeddedAdmin(EmbeddedEventStore store, Log log, EventIndex index, InstantSource clock) {
        this.store = store;
        this.log = log;
        this.index = index;
        this.clock = clock;
    }

    @Override
    public StoreStatistics statistics() {
        long head = store.head();
        EventIndex.Counts counts = index.count(head);
        return new StoreStatistics(
                counts.events(),
                counts.streams(),
                head,
                store.bytesOnDisk(),
                counts.categories(),
                index.hasTruncations() ? readableTypes(head) : counts.types());
    }

    /** Which types the unreadable events had is not counted: counts the readable ones. */
    private Map<String, Long> readableTypes(long head) {
        Map<String, Long> types = new TreeMap<>();
        try (Events events = store.read(ReadRequest.all().to(head))) {
            events.forEachRemaining(event -> types.merge(event.type().value(), 1L, Long::sum));
        }
        return types;
    }

    @Override
    public long retain(Retention retention, AdminAct act, LongConsumer progress) {
        retention.requireRule();
        store.requireWriter();
        return new RetentionRun(store, log, index, retention, act).run(clock, progress);
    }

    @Override
    public ScavengeReport scavenge(LongConsumer progress) {
        return store.scavenge(progress);
    }

    @Override
    public VerificationReport verify(LongConsumer progress) {
        return store.verifyLive(progress);
    }

    @Override
    public Backup backup() {
        return store.backup();
    }

    @Override
    public long restore(Backup backup, LongConsumer progress) {
        try (Backup own = backup()) {
            backup.passOver(own, progress);
        }
        return new RestoreRun(store, progress).run(backup);
    }

    @Override
    public void truncate(StreamName stream, long firstKeptVersion, AdminAct act) {
        if (firstKeptVersion < 2) {
            throw InvalidRequestException.number(
                    "first kept version",
                    firstKeptVersion,
                    "version 2 is the first that has one before it");
        }
        submit(new Pending.OfTruncation(stream, firstKeptVersion, act));
    }

    @Override
    public void delete(StreamName stream, AdminAct act) {
        submit(new Pending.OfTruncation(stream, 0, act));
    }

    private void submit(Pending.OfTruncation pending) {
        Completer.await(store.submit(pending));
    }
}
