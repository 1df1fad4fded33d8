package org.leftfold.framework.privacy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.leftfold.api.IntegrityException;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.KeyStore.SubjectKey;
import org.leftfold.api.spi.KeyWrapping;

/**
 * The keys of data subjects, unwrapped, for a short time. What another program forgets is found out
 * when that time is over; what this one forgets, at once. Safe for any thread.
 */
final class SubjectKeys {
    /** Most subjects whose keys are kept: some 200 bytes each. Beyond, all are asked for anew. */
    private static final int MAX_SUBJECTS = 10_000;

    /** Most forgotten subjects that are kept, for whom the key store need not be asked. */
    private static final int MAX_FORGOTTEN = 100_000;

    private static final int FINGERPRINT_BYTES = 16;
    private static final String UNREADABLE = "not readable";

    /**
     * A key in use.
     *
     * @param subject whose it is
     * @param version its version
     * @param bytes the key, which nobody changes
     * @param uses how often this program has encrypted with it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record LiveKey(String subject, int version, byte[] bytes, AtomicLong uses) {
        byte[] derive(Object... context) {
            return Crypto.derive(bytes, context);
        }

        /** Names the version only. */
        @Override
        public String toString() {
            return "key version " + version;
        }
    }

    /** What is known about a subject. */
    private static final class Known {
        final long sinceNanos;
        final Map<Integer, LiveKey> byVersion = new ConcurrentHashMap<>();
        volatile int current; // 0 until it was asked for; written and read by any thread
        volatile boolean alive; // not forgotten when somebody asked; written and read by any thread

        final Map<Integer, AtomicLong> uses; // by version; goes on when keys are asked for anew

        Known(long sinceNanos, Map<Integer, AtomicLong> uses) {
            this.sinceNanos = sinceNanos;
            this.uses = uses;
        }

        AtomicLong usesOf(int version) {
            return uses.computeIfAbsent(version, one -> new AtomicLong());
        }
    }

    private final KeyStore keys;
    private final KeyWrapping wrapping;
    private final Predicate<String> erased; // what the event store says
    private final long keptNanos;
    private final long maxUses;
    private final LongSupplier nanos;
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final Set<String> forgotten = ConcurrentHashMap.newKeySet(); // final once it is there

    SubjectKeys(
            KeyStore keys,
            KeyWrapping wrapping,
            Predicate<String> erased,
            Duration kept,
            long maxUses,
            LongSupplier nanos) {
        this.keys = keys;
        this.wrapping = wrapping;
        this.erased = erased;
        this.keptNanos = kept.toNanos();
        this.maxUses = maxUses;
        this.nanos = nanos;
    }

    private Known known(String subject) {
        Known found = known.get(subject);
        if (found != null && nanos.getAsLong() - found.sinceNanos < keptNanos) {
            return found;
        }
        if (known.size() >= MAX_SUBJECTS) {
            known.clear();
        }
        Known fresh =
                new Known(
                        nanos.getAsLong(), found == null ? new ConcurrentHashMap<>() : found.uses);
        known.put(subject, fresh);
        return fresh;
    }

    /**
     * The key that encrypts for a subject now, made if there is none; durable before it is given.
     *
     * @return empty if the subject was forgotten
     */
    Optional<LiveKey> current(String subject) {
        if (forgotten.contains(subject)) {
            return Optional.empty();
        }
        Known now = known(subject);
        LiveKey key = now.byVersion.get(now.current);
        if (key == null && !erased.test(subject)) {
            key = keep(now, keys.currentOrNew(subject)).orElse(null);
        }
        if (key != null && key.uses.incrementAndGet() > maxUses) {
            key = keep(now, keys.renew(subject, key.version)).orElse(null);
            if (key != null) {
                key.uses.incrementAndGet();
            }
        }
        if (key == null) {
            noteForgotten(subject);
        }
        return Optional.ofNullable(key);
    }

    /** Only saves questions: the key store or the event store says the same. */
    private void noteForgotten(String subject) {
        if (forgotten.size() >= MAX_FORGOTTEN) {
            forgotten.clear();
        }
        forgotten.add(subject);
    }

    private Optional<LiveKey> keep(Known now, Optional<SubjectKey> found) {
        Optional<LiveKey> live = found.map(key -> live(now, key));
        live.ifPresent(key -> now.current = key.version);
        return live;
    }

    private LiveKey live(Known now, SubjectKey key) {
        return now.byVersion.computeIfAbsent(
                key.keyVersion(),
                version ->
                        new LiveKey(
                                key.subject(), version, wrapping.unwrap(key), now.usesOf(version)));
    }

    /** A key by its version; empty if it is not there, for whatever reason. */
    Optional<LiveKey> find(String subject, int version) {
        if (forgotten.contains(subject)) {
            return Optional.empty();
        }
        Known now = known(subject);
        LiveKey key = now.byVersion.get(version);
        if (key != null) {
            return Optional.of(key);
        }
        if (erased.test(subject)) {
            noteForgotten(subject);
            return Optional.empty();
        }
        return keys.find(subject, version).map(found -> live(now, found));
    }

    /**
     * What tells the keys of a subject apart and says nothing about them, one text for each
     * version. A key that cannot be unwrapped is no reason to keep it.
     */
    List<String> fingerprints(String subject) {
        List<String> prints = new ArrayList<>();
        for (int version = 1; ; version++) {
            Optional<SubjectKey> key = keys.find(subject, version);
            if (key.isEmpty()) {
                return prints;
            }
            prints.add(fingerprint(key.get()));
        }
    }

    /** The same of a key that is destroyed already, so that nothing may fail any more. */
    String fingerprintOfDestroyed(SubjectKey key) {
        try {
            return fingerprint(key);
        } catch (RuntimeException e) { // such as a key service that does not answer
            return UNREADABLE;
        }
    }

    private String fingerprint(SubjectKey key) {
        byte[] plain;
        try {
            plain = wrapping.unwrap(key);
        } catch (IntegrityException e) {
            return UNREADABLE;
        }
        byte[] print = Crypto.derive(plain, "leftfold key fingerprint");
        Arrays.fill(plain, (byte) 0);
        return HexFormat.of().formatHex(print, 0, FINGERPRINT_BYTES);
    }

    /** Whether the subject was forgotten, here or elsewhere. */
    boolean isForgotten(String subject) {
        if (forgotten.contains(subject)) {
            return true;
        }
        boolean is = keys.isForgotten(subject) || erased.test(subject);
        if (is) {
            noteForgotten(subject);
        }
        return is;
    }

    /** Whether this program has forgotten the subject, or knows already that another one has. */
    boolean isKnownForgotten(String subject) {
        return forgotten.contains(subject);
    }

    /** Whether the subject was not forgotten, as far as is known; found out with a delay. */
    boolean isReadable(String subject) {
        Known now = known(subject);
        if (!now.alive && !isForgotten(subject)) {
            now.alive = true;
        }
        return now.alive && !forgotten.contains(subject);
    }

    /** Destroys the keys, and says which that were. */
    List<SubjectKey> forget(String subject) {
        List<SubjectKey> destroyed = keys.forget(subject);
        noteForgotten(subject);
        known.remove(subject); // who asks from here on finds nothing in the key store either
        return destroyed;
    }

    /** Looks into the key store again, whatever is kept. */
    void refresh(String subject) {
        forgotten.remove(subject);
        known.remove(subject);
    }
}
