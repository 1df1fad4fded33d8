package org.leftfold.framework.codec;

import org.jspecify.annotations.Nullable;
import org.leftfold.framework.privacy.Privacy;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.DeserializationProblemHandler;

/**
 * Refuses JSON whose personal data nobody has decrypted: unknown fields are ignored otherwise, and
 * it would read as if there were none. Safe for any thread.
 */
final class UnopenedData extends DeserializationProblemHandler {
    static final String WHY =
            "its personal data is encrypted, and nothing here decrypts it: use Leftfold.on(store).protecting(privacy)";

    @Override
    public boolean handleUnknownProperty(
            DeserializationContext context,
            JsonParser parser,
            @Nullable ValueDeserializer<?> deserializer,
            @Nullable Object beanOrClass,
            String propertyName) {
        if (Privacy.RESERVED_FIELDS.contains(propertyName)) {
            throw new IllegalStateException(WHY);
        }
        return false;
    }
}
