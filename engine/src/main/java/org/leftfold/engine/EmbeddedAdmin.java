package org.leftfold.engine;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.leftfold.api.AdminAct;
import org.leftfold.api.Backup;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StoreAdmin;
import org.leftfold.api.StoreStatistics;
import org.leftfold.api.StreamName;
import org.leftfold.api.VerificationReport;
import org.leftfold.engine.index.EventIndex;

/** The administrative acts on an embedded store. Safe for any thread. */
final class EmbeddedAdmin implements StoreAdmin {
    private final EmbeddedEventStore store;
    private final EventIndex index;

    EmbeddedAdmin(EmbeddedEventStore store, EventIndex index) {
        this.store = store;
        this.index = index;
    }

    @Override
    public StoreStatistics statistics() {
        long head = store.head();
        Map<String, Long> categories = new TreeMap<>();
        long[] sums = new long[2]; // events, streams
        index.forEachStream((stream, postings) -> {
            long readable = postings.positions().countUpTo(head) - postings.firstKeptVersion() + 1;
            if (readable > 0) {
                sums[0] += readable;
                sums[1]++;
                categories.merge(stream.category(), readable, Long::sum);
            }
        });
        return new StoreStatistics(
                sums[0], sums[1], head, store.bytesOnDisk(), categories, types(head));
    }

    private Map<String, Long> types(long head) {
        Map<String, Long> types = new TreeMap<>();
        if (index.hasTruncations()) { // which types the unreadable events had is not counted: count
            // the readable ones
            try (Events events = store.read(ReadRequest.all().to(head))) {
                events.forEachRemaining(event -> types.merge(event.type().value(), 1L, Long::sum));
            }
        } else {
            index.forEachType(
                    (type, positions) -> types.put(type.value(), (long) positions.countUpTo(head)));
            types.values().removeIf(count -> count == 0);
        }
        return types;
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
        store.truncate(stream, firstKeptVersion, act);
    }

    @Override
    public void delete(StreamName stream, AdminAct act) {
        store.delete(stream, act);
    }
}
