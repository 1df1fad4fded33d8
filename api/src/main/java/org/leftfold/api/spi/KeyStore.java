package org.leftfold.api.spi;

import java.util.Optional;
import org.leftfold.api.Payload;

/**
 * Keeps the keys of personal data, one per data subject, outside the event store and its backups:
 * destroying a key makes what it encrypted unreadable for ever. Safe for any thread.
 */
public interface KeyStore {
    /**
     * A key of a data subject.
     *
     * @param subject whose data it encrypts; an opaque id
     * @param keyVersion counts the keys of a subject, from 1
     * @param wrappedKey the key, encrypted by a master key
     */
    @SuppressWarnings("ArrayRecordComponent") // a secret on its way: nobody compares or prints it
    record SubjectKey(String subject, int keyVersion, Payload wrappedKey) {}

    /**
     * The key of a subject, created and durable before this returns if there was none.
     *
     * @return empty if the subject was forgotten: there will never be a key again under this id
     */
    Optional<SubjectKey> currentOrNew(String subject);

    /** A key by its version; empty if it never was or was destroyed. */
    Optional<SubjectKey> find(String subject, int keyVersion);

    /**
     * Destroys all keys of a subject and remembers that, durable on return. Repeating it changes
     * nothing.
     */
    void forget(String subject);
}
