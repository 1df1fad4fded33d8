package org.leftfold.api.spi;

import org.leftfold.api.Payload;
import org.leftfold.api.spi.KeyStore.SubjectKey;

/**
 * Encrypts keys of data subjects by a master key, so that whoever reads a key store's files has no
 * key yet. Whoever uses a key unwraps it with the same wrapping. Safe for any thread.
 */
public interface KeyWrapping {
    /** Longest wrapped key: room for that of a key service. */
    int MAX_WRAPPED_BYTES = 4096;

    /**
     * Encrypts a key.
     *
     * @param holder what stands for its subject in the key store, perhaps a hash of the id; a key
     *     wrapped for one holder unwraps for no other
     * @param keyVersion its version; a key wrapped for one version unwraps for no other
     * @param plainKey the key; the caller may overwrite it afterwards
     * @return 1 to {@link #MAX_WRAPPED_BYTES} bytes
     */
    Payload wrap(String holder, int keyVersion, byte[] plainKey);

    /** Whether the master key that wraps now has wrapped this key, and not a former one. */
    boolean isCurrent(SubjectKey key);

    /**
     * Decrypts a key; the caller should overwrite it after use.
     *
     * @throws org.leftfold.api.IntegrityException if it is not what was wrapped for this holder and
     *     version by a master key that is known (LF-4001)
     */
    byte[] unwrap(SubjectKey key);
}
