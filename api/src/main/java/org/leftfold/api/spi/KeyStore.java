package org.leftfold.api.spi;

import java.util.List;
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
     * @param holder what the wrapping is bound to: what stands for the subject in the key store,
     *     which need not be the id, for a store may keep hashes only
     */
    record SubjectKey(String subject, int keyVersion, Payload wrappedKey, String holder) {
        /**
         * Checks all of it.
         *
         * @throws InvalidRequestException if the id (LF-1001) or the version (LF-1003) is not
         *     allowed
         */
        public SubjectKey {
            NameRule.checkUnseen("key subject", subject);
            Objects.requireNonNull(wrappedKey, "wrappedKey");
            Objects.requireNonNull(holder, "holder");
            if (keyVersion < 1) {
                throw InvalidRequestException.number(
                        "key version", keyVersion, "it must be at least 1");
            }
        }

        /** A key that was wrapped for the id itself. */
        public SubjectKey(String subject, int keyVersion, Payload wrappedKey) {
            this(subject, keyVersion, wrappedKey, subject);
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
     * The next key of a subject, durable before this returns: a new one if {@code keyVersion} is
     * the version of the current key, else the current one. Of many threads that ask at once all
     * get the same key. Former versions stay, for what they encrypted.
     *
     * @param keyVersion version of the key that is not to be used any more
     * @return empty if the subject was forgotten
     * @throws InvalidRequestException if the version is below 1 (LF-1003)
     */
    Optional<SubjectKey> renew(String subject, int keyVersion);

    /**
     * A key by its version; empty if it never was or was destroyed.
     *
     * @throws InvalidRequestException if the version is below 1 (LF-1003)
     */
    Optional<SubjectKey> find(String subject, int keyVersion);

    /**
     * Destroys all keys of a subject and remembers that, durable on return. A subject that never
     * had a key will never get one. Repeating it changes nothing.
     *
     * @return what was destroyed, all versions in order, for the record of it: no key that anybody
     *     ever got is missing there, however late it was made; empty if nothing was left
     */
    List<SubjectKey> forget(String subject);

    /**
     * Whether a subject was forgotten. A key that cannot be found although its subject was not is
     * lost: the key store is older than what the key has encrypted.
     */
    boolean isForgotten(String subject);

    /**
     * Wraps all keys anew that the current master key has not wrapped, so that a former one can be
     * destroyed. The keys themselves, their versions and what they encrypted stay. A crash leaves
     * every key wrapped by one or the other; then call it again. Other calls may wait meanwhile.
     *
     * @return how many were wrapped anew; 0 if there is nothing left to do
     * @throws org.leftfold.api.IntegrityException if none of the known master keys has wrapped a
     *     key (LF-4001)
     */
    long rewrap();
}
