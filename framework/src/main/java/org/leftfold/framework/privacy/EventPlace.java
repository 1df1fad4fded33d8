package org.leftfold.framework.privacy;

import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.StreamName;
import org.leftfold.framework.privacy.SubjectKeys.LiveKey;

/**
 * Where an event stands: what its personal data is bound to, so that it decrypts nowhere else.
 *
 * @param stream the stream
 * @param id its identity there
 * @param type the stored type
 * @param schemaVersion of the payload
 */
public record EventPlace(StreamName stream, EventId id, EventType type, int schemaVersion) {
    /** The associated data of one field. */
    byte[] binding(String path, String subject, int keyVersion) {
        return Crypto.join(
                "leftfold field 1", stream, id, type, schemaVersion, path, subject, keyVersion);
    }

    /** The key for this event alone, so that random nonces never meet. */
    byte[] keyFrom(LiveKey key) {
        return key.derive("leftfold event 1", stream, id);
    }
}
