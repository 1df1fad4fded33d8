package org.leftfold.framework.privacy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.leftfold.api.EventStore;
import org.leftfold.api.EventType;
import org.leftfold.api.Events;
import org.leftfold.api.Metadata;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import tools.jackson.databind.JsonNode;

/**
 * Whom the event store says was forgotten, in memory: some 100 bytes each. It is read when the
 * first key is asked for, and what was added since, as often as keys are asked for anew. So a key
 * store that was restored from an older copy gives no key of a forgotten subject to anybody, also
 * before {@link Privacy#reapplyErasures()} has destroyed it again. Safe for any thread.
 */
final class ErasureList {
    static final EventType BEGUN = new EventType("leftfold.erasure-begun");
    static final EventType DONE = new EventType("leftfold.subject-erased");

    /** What a fingerprint is, without its salt; half of it tells two subjects apart. */
    private record Print(long first, long second) {
        static Print of(byte[] print) {
            ByteBuffer bytes = ByteBuffer.wrap(print);
            return new Print(bytes.getLong(), bytes.getLong());
        }
    }

    /**
     * An erasure that was begun, and nobody knows of its end.
     *
     * @param keyFingerprints of the keys that were there when it was begun
     */
    record Begun(Set<String> keyFingerprints) {}

    /** Who wants an erasure, and why. */
    record Intent(String actor, String reason) {
        static Intent of(RecordedEvent stored) {
            return new Intent(
                    stored.metadata().value(Metadata.ACTOR).orElse("unknown"),
                    stored.metadata().value(Metadata.REASON).orElse("unknown"));
        }

        Metadata metadata() {
            return Metadata.of(Map.of(Metadata.ACTOR, actor, Metadata.REASON, reason));
        }
    }

    private final EventStore store;
    private final long everyNanos;
    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Print> prints = ConcurrentHashMap.newKeySet();
    private final CopyOnWriteArrayList<String> salts = new CopyOnWriteArrayList<>(); // mostly one
    private final Map<String, Begun> begun = new LinkedHashMap<>(); // guarded by lock
    private long version; // guarded by lock: up to here it was read
    private volatile boolean isRead; // written under lock, read by all
    private volatile long readNanos; // written under lock, read by all

    ErasureList(EventStore store, long everyNanos, LongSupplier nanos) {
        this.store = store;
        this.everyNanos = everyNanos;
        this.nanos = nanos;
    }

    /** Whether somebody was forgotten, or was about to be. */
    boolean contains(String subject) {
        if (!isRead || nanos.getAsLong() - readNanos >= everyNanos) {
            refresh();
        }
        for (String salt : salts) {
            if (prints.contains(Print.of(print(salt, subject)))) {
                return true;
            }
        }
        return false;
    }

    /** Reads what was added. */
    void refresh() {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            try (Events events =
                    store.read(ReadRequest.stream(Privacy.ERASURES).afterVersion(version))) {
                while (events.hasNext()) {
                    add(events.next());
                }
            }
            readNanos = now;
            isRead = true;
        } finally {
            lock.unlock();
        }
    }

    private void add(RecordedEvent stored) {
        JsonNode json = Json.read(stored.payload().toByteArray());
        String fingerprint = json.path("fingerprint").asString();
        salts.addIfAbsent(saltOf(fingerprint));
        prints.add(
                Print.of(
                        HexFormat.of()
                                .parseHex(
                                        fingerprint,
                                        colon(fingerprint) + 1,
                                        fingerprint.length())));
        if (stored.type().equals(DONE)) {
            begun.remove(fingerprint);
        } else {
            Set<String> keys = new LinkedHashSet<>();
            Begun before = begun.get(fingerprint);
            if (before != null) {
                keys.addAll(before.keyFingerprints);
            }
            json.path("keyFingerprints").forEach(each -> keys.add(each.asString()));
            begun.put(fingerprint, new Begun(keys));
        }
        version = stored.version();
    }

    /** Fingerprints of keys of erasures that were begun and not brought to an end. */
    Set<String> leftOver(String fingerprint) {
        lock.lock();
        try {
            Begun left = begun.get(fingerprint);
            return left == null ? Set.of() : Set.copyOf(left.keyFingerprints);
        } finally {
            lock.unlock();
        }
    }

    /** Whether an erasure was begun and not brought to an end. */
    boolean isLeftOver(String fingerprint) {
        lock.lock();
        try {
            return begun.containsKey(fingerprint);
        } finally {
            lock.unlock();
        }
    }

    /** The salts so far; that of the first erasure first. */
    Iterable<String> salts() {
        return salts;
    }

    static String saltOf(String fingerprint) {
        return fingerprint.substring(0, colon(fingerprint));
    }

    private static int colon(String fingerprint) {
        return Math.max(0, fingerprint.indexOf(':'));
    }

    /** What stands for a subject: the same for as long as the salt is the same. */
    static String fingerprint(String salt, String subject) {
        return salt + ":" + HexFormat.of().formatHex(print(salt, subject));
    }

    private static byte[] print(String salt, String subject) {
        return Crypto.derive(Crypto.join("leftfold erasures", salt), "leftfold subject", subject);
    }
}
