package org.leftfold.cli.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** How JSON is read here: strictly, and with room for everything that an event can hold. */
public final class JsonReading {
    /** Deepest JSON that counts as JSON; deeper payloads travel as bytes. */
    private static final int MAX_PAYLOAD_DEPTH = 900;

    private static final int MAX_TOKEN_CHARS = 8 << 20; // above the longest line that is read

    private static final JsonFactory PAYLOADS = factory(MAX_PAYLOAD_DEPTH);
    private static final JsonFactory DOCUMENTS = factory(MAX_PAYLOAD_DEPTH + 10);

    private JsonReading() {}

    private static JsonFactory factory(int depth) {
        return JsonFactory.builder()
                .streamReadConstraints(
                        StreamReadConstraints.builder()
                                .maxNestingDepth(depth)
                                .maxStringLength(MAX_TOKEN_CHARS)
                                .maxNumberLength(MAX_TOKEN_CHARS)
                                .maxNameLength(MAX_TOKEN_CHARS)
                                .build())
                .build();
    }

    /** A parser of a document that holds payloads. The caller closes it. */
    public static JsonParser parser(byte[] json) {
        return DOCUMENTS.createParser(ObjectReadContext.empty(), json);
    }

    /**
     * Whether these bytes are one JSON value in one line, with nothing before or behind it, so that
     * they can stand inside a line of JSON and be cut out again unchanged.
     */
    public static boolean isSingleLine(byte[] bytes) {
        if (bytes.length == 0 || isSpace(bytes[0]) || isSpace(bytes[bytes.length - 1])) {
            return false;
        }
        for (byte b : bytes) {
            if (b == '\n' || b == '\r') {
                return false;
            }
        }
        return isUtf8(bytes) && isJson(bytes);
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\n' || b == '\r';
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return bytes.length < 3 || bytes[0] != (byte) 0xef; // no byte order mark
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static boolean isJson(byte[] bytes) {
        try (JsonParser parser = PAYLOADS.createParser(ObjectReadContext.empty(), bytes)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }
}
