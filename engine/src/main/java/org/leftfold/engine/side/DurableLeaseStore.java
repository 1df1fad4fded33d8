package org.leftfold.engine.side;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.spi.LeaseStore;
import org.leftfold.api.spi.NameRule;
import org.leftfold.io.TimeSource;

/**
 * Leases in the file {@link SideFiles#LEASES}. While the store is open they run out by the
 * monotonic clock: setting the wall clock neither ends nor prolongs one; it is only used for {@link
 * Lease#expiresAt()}. After opening, each lease that was not given back is held for its full
 * duration from the opening: nobody knows how long the process was away, for wall clocks jump and
 * monotonic clocks begin anew. Whoever holds it by mistake for too long only delays others, and the
 * token protects from whoever holds it no more.
 *
 * <p>One counter gives the tokens of all leases, so a lease that is free takes no memory. It is in
 * every record and survives when the file is made anew. A lease that ran out takes about 300 bytes
 * until there are as many again.
 *
 * <pre>
 * lease:    i64 fence    text name    i64 duration, nanoseconds    text owner
 * release:  i64 fence    text name
 * fence:    i64 fence, the highest of all
 * </pre>
 */
public final class DurableLeaseStore extends RecordStore implements LeaseStore {
    /** As many leases are kept before it is looked which ones have run out. */
    private static final int FIRST_PURGE = 1024;

    private static final class Held {
        final String owner;
        final long fence;
        final long durationNanos;
        final long start;
        final int recordBytes;
        long deadlineNanos; // of the monotonic clock; guarded by the store's lock

        Held(
                String owner,
                long fence,
                long durationNanos,
                long deadlineNanos,
                long start,
                int recordBytes) {
            this.owner = owner;
            this.fence = fence;
            this.durationNanos = durationNanos;
            this.deadlineNanos = deadlineNanos;
            this.start = start;
            this.recordBytes = recordBytes;
        }

        long end() {
            return start + recordBytes;
        }
    }

    private final TimeSource time;
    private Map<String, Held> leases = new HashMap<>(); // guarded by the store's lock, as all below
    private Map<String, Held> leasesBefore = new HashMap<>();
    private long lastFence;
    private long lastFreed; // behind the last record that frees a lease
    private long liveBytes;
    private int purgeAt = FIRST_PURGE;

    private DurableLeaseStore(SideHome home, int floorBytes) {
        super(home, FileKind.LEASES, floorBytes);
        this.time = home.machine().time();
    }

    /**
     * Opens the store of a directory, making its file if it is missing.
     *
     * @throws org.leftfold.engine.log.Corruption if the file is damaged (LF-4001)
     * @throws org.leftfold.api.StoreUnavailableException if it cannot be read or written (LF-3003,
     *     LF-3005)
     */
    public static DurableLeaseStore open(SideHome home) {
        return open(home, COMPACTION_FLOOR_BYTES);
    }

    static DurableLeaseStore open(SideHome home, int floorBytes) {
        DurableLeaseStore store = new DurableLeaseStore(home, floorBytes);
        store.openFile();
        return store;
    }

    @Override
    public Optional<Lease> acquire(String name, String owner, Duration duration) {
        NameRule.check("lease name", name);
        NameRule.check("lease owner", owner);
        long nanos = LeaseStore.checkDuration(duration).toNanos();
        return perform(() -> {
            Held held = held(name);
            if (held != null && !held.owner.equals(owner)) {
                return new Outcome<>(Optional.<Lease>empty(), held.end());
            }
            purgeIfMany();
            long fence = lastFence + 1;
            add(RecordType.LEASE, content(fence, name, nanos, owner), true);
            return new Outcome<>(Optional.of(lease(name, owner, fence, nanos)), file().end());
        });
    }

    /**
     * {@inheritDoc}
     *
     * <p>Writes only if the duration is another one than before: after an opening the lease would
     * be held for its full duration anyway.
     */
    @Override
    public Optional<Lease> renew(Lease lease, Duration duration) {
        long nanos = LeaseStore.checkDuration(duration).toNanos();
        Optional<Boolean> stored =
                perform(() -> {
                    file().requireWritable();
                    Held held = heldBy(lease);
                    if (held == null) {
                        return new Outcome<>(Optional.<Boolean>empty(), lastFreed);
                    }
                    if (held.durationNanos != nanos) {
                        add(
                                RecordType.LEASE,
                                content(held.fence, lease.name(), nanos, held.owner),
                                true);
                        return new Outcome<>(Optional.of(true), file().end());
                    }
                    held.deadlineNanos = time.monotonicNanos() + nanos;
                    return new Outcome<>(Optional.of(false), held.end());
                });
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        return stored.get() ? prolong(lease, nanos) : Optional.of(renewed(lease, nanos));
    }

    /** The new duration counts only once it is durable; meanwhile the lease may have been lost. */
    private Optional<Lease> prolong(Lease lease, long nanos) {
        return perform(() -> {
            Held held = leases.get(lease.name());
            if (held == null || held.fence != lease.fence()) {
                return new Outcome<>(Optional.<Lease>empty(), lastFreed);
            }
            held.deadlineNanos = time.monotonicNanos() + nanos;
            return new Outcome<>(Optional.of(renewed(lease, nanos)), held.end());
        });
    }

    @Override
    public void release(Lease lease) {
        perform(() -> {
            Held held = heldBy(lease);
            if (held == null) {
                return new Outcome<>(false, lastFreed);
            }
            byte[] name = Fields.utf8(lease.name());
            byte[] content = new byte[Long.BYTES + Fields.textBytes(name)];
            Fields.putText(Fields.of(content).putLong(held.fence), name);
            add(RecordType.RELEASE, content, true);
            return new Outcome<>(true, file().end());
        });
    }

    @Override
    public Optional<Lease> holder(String name) {
        NameRule.check("lease name", name);
        return perform(() -> {
            Held held = held(name);
            if (held == null) {
                return new Outcome<>(Optional.<Lease>empty(), lastFreed);
            }
            long nanosLeft = held.deadlineNanos - time.monotonicNanos();
            return new Outcome<>(
                    Optional.of(lease(name, held.owner, held.fence, nanosLeft)), held.end());
        });
    }

    private Lease renewed(Lease lease, long nanos) {
        return lease(lease.name(), lease.owner(), lease.fence(), nanos);
    }

    private Lease lease(String name, String owner, long fence, long nanos) {
        Instant now = Instant.EPOCH.plus(time.wallMicros(), ChronoUnit.MICROS);
        return new Lease(name, owner, fence, now.plusNanos(nanos));
    }

    private @Nullable Held heldBy(Lease lease) {
        Held held = held(lease.name());
        return held != null && held.fence == lease.fence() && held.owner.equals(lease.owner())
                ? held
                : null;
    }

    /** Who holds a lease that has not run out. */
    private @Nullable Held held(String name) {
        Held held = leases.get(name);
        return held != null && !hasRunOut(held) ? held : null;
    }

    private boolean hasRunOut(Held held) {
        return time.monotonicNanos() - held.deadlineNanos >= 0;
    }

    /** Drops leases that ran out, from memory only: in the file they do no harm. */
    private void purgeIfMany() {
        if (leases.size() < purgeAt) {
            return;
        }
        leases.values()
                .removeIf(held -> {
                    boolean gone = hasRunOut(held);
                    liveBytes -= gone ? held.recordBytes : 0;
                    return gone;
                });
        purgeAt = Math.max(FIRST_PURGE, 2 * leases.size());
    }

    private static byte[] content(long fence, String name, long nanos, String owner) {
        byte[] nameBytes = Fields.utf8(name);
        byte[] ownerBytes = Fields.utf8(owner);
        int texts = Fields.textBytes(nameBytes) + Fields.textBytes(ownerBytes);
        byte[] content = new byte[2 * Long.BYTES + texts];
        ByteBuffer target = Fields.of(content).putLong(fence);
        Fields.putText(target, nameBytes);
        target.putLong(nanos);
        Fields.putText(target, ownerBytes);
        return content;
    }

    /** Keeps what was known, for its deadlines: reading the file again prolongs no lease. */
    @Override
    void reset() {
        leasesBefore = leases;
        leases = new HashMap<>();
        lastFence = 0;
        lastFreed = 0;
        liveBytes = 0;
    }

    @Override
    void applied(long offset, byte type, byte[] content) {
        ByteBuffer source = Fields.of(content);
        lastFence = Math.max(lastFence, source.getLong());
        if (type == RecordType.FENCE) {
            return;
        }
        long fence = source.getLong(0);
        String name = Fields.text(source);
        int recordBytes = RecordFormat.recordBytes(content.length);
        if (type == RecordType.RELEASE) {
            Held freed = leases.remove(name);
            liveBytes -= freed == null ? 0 : freed.recordBytes;
            lastFreed = offset + recordBytes;
            return;
        }
        long nanos = source.getLong();
        String owner = Fields.text(source);
        long deadline = deadline(name, fence, nanos);
        Held before =
                leases.put(name, new Held(owner, fence, nanos, deadline, offset, recordBytes));
        liveBytes += recordBytes - (before == null ? 0 : before.recordBytes);
    }

    private long deadline(String name, long fence, long nanos) {
        Held known = leases.get(name);
        if (known == null || known.fence != fence) {
            known = leasesBefore.get(name);
        }
        return known != null && known.fence == fence
                ? known.deadlineNanos
                : time.monotonicNanos() + nanos;
    }

    @Override
    long liveBytes() {
        return liveBytes;
    }

    @Override
    void writeSurvivors(RecordSink sink) throws IOException {
        byte[] highest = new byte[Long.BYTES];
        Fields.of(highest).putLong(lastFence);
        sink.add(RecordType.FENCE, highest);
        for (Map.Entry<String, Held> entry : leases.entrySet()) {
            Held held = entry.getValue();
            if (!hasRunOut(held)) {
                sink.add(
                        RecordType.LEASE,
                        content(held.fence, entry.getKey(), held.durationNanos, held.owner));
            }
        }
    }
}
