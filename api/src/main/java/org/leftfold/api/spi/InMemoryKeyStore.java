package org.leftfold.api.spi;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
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
    private final Map<String, SubjectKey> keys = new HashMap<>(); // guarded by this
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

    @Override
    public synchronized Optional<SubjectKey> currentOrNew(String subject) {
        NameRule.checkUnseen("key subject", subject);
        if (forgotten.contains(subject)) {
            return Optional.empty();
        }
        return Optional.of(keys.computeIfAbsent(subject, this::newKey));
    }

    private SubjectKey newKey(String subject) {
        byte[] plain = new byte[KEY_BYTES];
        random.accept(plain);
        SubjectKey key = new SubjectKey(subject, 1, wrapping.wrap(subject, 1, plain));
        Arrays.fill(plain, (byte) 0);
        return key;
    }

    @Override
    public synchronized Optional<SubjectKey> find(String subject, int keyVersion) {
        NameRule.checkUnseen("key subject", subject);
        if (keyVersion < 1) {
            throw InvalidRequestException.number(
                    "key version", keyVersion, "it must be at least 1");
        }
        return Optional.ofNullable(keys.get(subject)).filter(key -> key.keyVersion() == keyVersion);
    }

    @Override
    public synchronized void forget(String subject) {
        NameRule.checkUnseen("key subject", subject);
        keys.remove(subject);
        forgotten.add(subject);
    }
}
