package org.leftfold.api.spi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.leftfold.api.InvalidRequestException;

/**
 * The contract of keys in executable form, in memory. For tests. Safe for any thread: one lock
 * guards everything, also the calls of the wrapping.
 */
public final class InMemoryKeyStore implements KeyStore {
    /** Length of a new key: what AES-256 needs. */
    private static final int KEY_BYTES = 32;

    private final Consumer<byte[]> random;
    private final KeyWrapping wrapping;
    private final Map<String, List<SubjectKey>> keys =
            new HashMap<>(); // guarded by this; by version
    private final Set<String> forgotten = new HashSet<>(); // guarded by this

    /**
     * An empty store.
     *
     * @param random fills arrays with bytes that nobody can guess: they become keys
     * @param wrapping encrypts new keys
     */
    public InMemoryKeyStore(Consumer<byte[]> random, KeyWrapping wrapping) {
        this.random = random;
        this.wrapping = wrapping;
    }

    /** A store with what this one has now: what a backup of it would be. */
    public synchronized InMemoryKeyStore copy() {
        InMemoryKeyStore copy = new InMemoryKeyStore(random, wrapping);
        keys.forEach((subject, versions) -> copy.keys.put(subject, new ArrayList<>(versions)));
        copy.forgotten.addAll(forgotten);
        return copy;
    }

    @Override
    public synchronized Optional<SubjectKey> currentOrNew(String subject) {
        NameRule.checkUnseen("key subject", subject);
        if (forgotten.contains(subject)) {
            return Optional.empty();
        }
        List<SubjectKey> versions =
                keys.computeIfAbsent(subject, one -> new ArrayList<>(List.of(newKey(one, 1))));
        return Optional.of(versions.getLast());
    }

    private SubjectKey newKey(String subject, int keyVersion) {
        byte[] plain = new byte[KEY_BYTES];
        random.accept(plain);
        return wrapped(subject, keyVersion, plain);
    }

    private SubjectKey wrapped(String subject, int keyVersion, byte[] plain) {
        SubjectKey key =
                new SubjectKey(subject, keyVersion, wrapping.wrap(subject, keyVersion, plain));
        Arrays.fill(plain, (byte) 0);
        return key;
    }

    @Override
    public synchronized Optional<SubjectKey> renew(String subject, int keyVersion) {
        NameRule.checkUnseen("key subject", subject);
        checkVersion(keyVersion);
        Optional<SubjectKey> current = currentOrNew(subject);
        if (current.isEmpty() || current.get().keyVersion() != keyVersion) {
            return current;
        }
        SubjectKey next = newKey(subject, keyVersion + 1);
        keys.getOrDefault(subject, new ArrayList<>()).add(next);
        return Optional.of(next);
    }

    @Override
    public synchronized Optional<SubjectKey> find(String subject, int keyVersion) {
        NameRule.checkUnseen("key subject", subject);
        checkVersion(keyVersion);
        return keys.getOrDefault(subject, List.of()).stream()
                .filter(key -> key.keyVersion() == keyVersion)
                .findAny();
    }

    private static void checkVersion(int keyVersion) {
        if (keyVersion < 1) {
            throw InvalidRequestException.number(
                    "key version", keyVersion, "it must be at least 1");
        }
    }

    @Override
    public synchronized List<SubjectKey> forget(String subject) {
        NameRule.checkUnseen("key subject", subject);
        List<SubjectKey> destroyed = keys.remove(subject);
        forgotten.add(subject);
        return destroyed == null ? List.of() : List.copyOf(destroyed);
    }

    @Override
    public synchronized boolean isForgotten(String subject) {
        NameRule.checkUnseen("key subject", subject);
        return forgotten.contains(subject);
    }

    @Override
    public synchronized long rewrap() {
        long count = 0;
        for (List<SubjectKey> versions : keys.values()) {
            for (int i = 0; i < versions.size(); i++) {
                SubjectKey key = versions.get(i);
                if (!wrapping.isCurrent(key)) {
                    byte[] plain = wrapping.unwrap(key);
                    versions.set(i, wrapped(key.subject(), key.keyVersion(), plain));
                    count++;
                }
            }
        }
        return count;
    }
}
