package org.leftfold.api.spi;

import java.util.Objects;
import java.util.Optional;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Payload;

/**
 * Keeps the keys of personal data, one per data subject, outside the event store and its backups:
 * destroying a key makes what it encrypted unreadable for ever. Safe for any thread.
 *
 * <p>Subject ids keep {@link NameRule}, others are refused with an {@link InvalidRequestException}
 * (LF-1001) whose text does not show them. A refused call changed nothing. A call that fails with a
 * {@link org.leftfold.api.StoreUnavailableException} stored nothing, unless it is an {@link
 * org.leftfold.api.OutcomeUnknownException}; repeat it.
 */
public interface KeyStore {
    /**
     * A key of a data subject.
     *
     * @param subject whose data it encrypts; an opaque id
     * @param keyVersion counts the keys of a subject, from 1
     * @param wrappedKey the key, encrypted by a master key; see {@link KeyWrapping}
     */
    record SubjectKey(String subject, int keyVersion, Payload wrappedKey) {
        /**
         * Checks all of it.
         *
         * @throws InvalidRequestException if the id (LF-1001) or the version (LF-1003) is not
         *     allowed
         */
        public SubjectKey {
            NameRule.checkUnseen("key subject", subject);
            Objects.requireNonNull(wrappedKey, "wrappedKey");
            if (keyVersion < 1) {
                throw InvalidRequestException.number(
                        "key version", keyVersion, "it must be at least 1");
            }
        }

        /** Names the version only: an id may itself be personal data. */
        @Override
        public String toString() {
            return "key version " + keyVersion;
        }
    }

    /**
     * The key of a subject, created and durable before this returns if there was none. Of many
     * threads that ask at once for a new subject all get the same key.
     *
     * @return empty if the subject was forgotten: there will never be a key again under this id
     */
    Optional<SubjectKey> currentOrNew(String subject);

    /**
     * A key by its version; empty if it never was or was destroyed.
     *
     * @throws InvalidRequestException if the version is below 1 (LF-1003)
     */
    Optional<SubjectKey> find(String subject, int keyVersion);

    /**
     * Destroys all keys of a subject and remembers that, durable on return. A subject that never
     * had a key will never get one. Repeating it changes nothing.
     */
    void forget(String subject);
}
