package org.leftfold.api;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.LongConsumer;

/** The administrative acts on an in-memory store. Safe for any thread. */
final class InMemoryAdmin implements StoreAdmin {
    private static final long PROGRESS_STEP = 10_000;

    private final InMemoryEventStore store;

    InMemoryAdmin(InMemoryEventStore store) {
        this.store = store;
    }

    @Override
    public StoreStatistics statistics() {
        return store.whileOpen(() -> store.log().statistics());
    }

    /** Always clean: there is no byte that could have changed. */
    @Override
    public VerificationReport verify(LongConsumer progress) {
        StoreStatistics statistics = statistics();
        progress.accept(statistics.events());
        return new VerificationReport(statistics.events(), statistics.streams(), List.of());
    }

    @Override
    public void truncate(StreamName stream, long firstKeptVersion, AdminAct act) {
        store.whileOpen(() -> {
            long version = store.log().version(stream);
            if (firstKeptVersion < 2 || firstKeptVersion > version + 1) {
                throw InvalidRequestException.number(
                        "first kept version",
                        firstKeptVersion,
                        "stream '%s' has versions 1 to %d and no version before it"
                                .formatted(stream, version));
            }
            store.log().forget(stream, firstKeptVersion, act, store.clock());
            return version;
        });
    }

    @Override
    public void delete(StreamName stream, AdminAct act) {
        store.whileOpen(() -> {
            long version = store.log().version(stream);
            if (version == 0) {
                throw InvalidRequestException.number(
                        "version", version, "stream '%s' was never written".formatted(stream));
            }
            store.log().forget(stream, version + 1, act, store.clock());
            return version;
        });
    }

    @Override
    public long retain(Retention retention, AdminAct act, LongConsumer progress) {
        retention.requireRule();
        Instant now = store.clock().instant().truncatedTo(ChronoUnit.MICROS);
        Instant youngFrom = retention.youngFrom(now);
        UncountedVersions uncounted = new UncountedVersions();
        long looked = 0;
        long truncated = 0;
        for (StreamName stream : store.whileOpen(() -> store.log().concerned(retention))) {
            boolean hasLess =
                    store.whileOpen(() -> {
                        uncounted.readTo(store.log().head(), store::read);
                        return store.log()
                                .retain(
                                        stream,
                                        retention,
                                        youngFrom,
                                        uncounted.of(stream),
                                        act,
                                        store.clock());
                    });
            truncated += hasLess ? 1 : 0;
            looked++;
            if (looked % PROGRESS_STEP == 0) {
                progress.accept(looked);
            }
        }
        return truncated;
    }

    @Override
    public ScavengeReport scavenge(LongConsumer progress) {
        if (!store.scavenging().compareAndSet(false, true)) {
            throw StoreUnavailableException.scavenging("in memory");
        }
        try {
            ScavengeReport report = store.whileOpen(() -> store.log().scavenge());
            progress.accept(store.head());
            return report;
        } finally {
            store.scavenging().set(false);
        }
    }

    @Override
    public Backup backup() {
        return store.whileOpen(() ->
                new InMemoryBackup(store.checkpointAt(store.log().head()), store.log().history()));
    }

    @Override
    public long restore(Backup backup, LongConsumer progress) {
        try (Backup own = backup()) {
            backup.passOver(own, progress);
        }
        long added = 0;
        long told = 0;
        while (backup.hasNext()) {
            List<Backup.Entry> part = backup.nextTogether();
            store.restore(part);
            if (part.getLast() instanceof Backup.Place place) {
                added += part.size();
                if (place.position() - told >= PROGRESS_STEP) {
                    told = place.position();
                    progress.accept(told);
                }
            }
        }
        return added;
    }
}
