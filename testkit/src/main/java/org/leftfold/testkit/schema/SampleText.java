package org.leftfold.testkit.schema;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.leftfold.api.Payload;

/** Payloads as one line of text: as they are where that is possible, else in Base64. */
final class SampleText {
    private static final String ENCODED = "base64:";

    private SampleText() {}

    static String of(Payload payload) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(payload.asBuffer()).toString();
            if (isOneLine(text)) {
                return text;
            }
        } catch (CharacterCodingException e) {
            // No text: the format of the payloads is a binary one.
        }
        return ENCODED + Base64.getEncoder().encodeToString(payload.toByteArray());
    }

    private static boolean isOneLine(String text) {
        return !text.startsWith(ENCODED)
                && text.equals(text.strip())
                && text.chars().noneMatch(c -> c < ' ');
    }

    static Payload payload(String text) {
        return text.startsWith(ENCODED)
                ? Payload.of(Base64.getDecoder().decode(text.substring(ENCODED.length())))
                : Payload.ofText(text);
    }
}
