package org.leftfold.cli.ndjson;

import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.leftfold.api.EventId;
import org.leftfold.api.EventType;
import org.leftfold.api.Metadata;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;
import org.leftfold.cli.intake.InputException;
import org.leftfold.cli.json.JsonReading;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What one line says of an event. The payload is cut out of the line by its place, never written
 * anew, so that spaces, the order of fields and the digits of numbers stay. For one thread.
 */
final class LineFields {
    private static final String KNOWN_FIELDS =
            "one of position, stream, version, id, type, schemaVersion, recordedAt, metadata, tags,"
                    + " data, dataBase64";
    private static final int BYTE_ORDER_MARK_BYTES = 3;

    private final byte[] line;
    private final String file;
    private final long lineNumber;

    private @Nullable StreamName stream;
    private @Nullable EventType type;
    private @Nullable EventId id;
    private int schemaVersion = 1;
    private Metadata metadata = Metadata.none();
    private final Set<Tag> tags = new TreeSet<>();
    private byte @Nullable [] payload;

    private LineFields(byte[] line, String file, long lineNumber) {
        this.line = line;
        this.file = file;
        this.lineNumber = lineNumber;
    }

    /**
     * Reads a line.
     *
     * @throws InputException if it is no event
     */
    static LineFields parse(byte[] line, String file, long lineNumber) {
        LineFields fields = new LineFields(withoutByteOrderMark(line), file, lineNumber);
        try (JsonParser parser = JsonReading.parser(fields.line)) {
            fields.read(parser);
        } catch (JacksonException e) {
            throw fields.expected("a JSON object in one line", e.getOriginalMessage());
        }
        return fields;
    }

    private static byte[] withoutByteOrderMark(byte[] line) {
        boolean isMarked =
                line.length >= BYTE_ORDER_MARK_BYTES
                        && line[0] == (byte) 0xef
                        && line[1] == (byte) 0xbb
                        && line[2] == (byte) 0xbf;
        return isMarked ? Arrays.copyOfRange(line, BYTE_ORDER_MARK_BYTES, line.length) : line;
    }

    private void read(JsonParser parser) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw expected("a JSON object", describe(parser));
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            field(parser, name);
        }
        if (parser.nextToken() != null) {
            throw expected("one JSON object in a line", "more behind it");
        }
        if (stream == null || type == null || payload == null) {
            String missing =
                    stream == null
                            ? EventLine.STREAM
                            : type == null ? EventLine.TYPE : EventLine.DATA;
            throw expected("the fields stream, type and data", "no " + missing);
        }
    }

    private void field(JsonParser parser, String name) {
        switch (name) {
            case EventLine.STREAM -> stream = new StreamName(string(parser, name));
            case EventLine.TYPE -> type = new EventType(string(parser, name));
            case EventLine.ID -> id = EventId.of(string(parser, name));
            case EventLine.SCHEMA_VERSION -> schemaVersion = wholeNumber(parser, name);
            case EventLine.METADATA -> metadata = readMetadata(parser);
            case EventLine.TAGS -> readTags(parser);
            case EventLine.DATA -> setPayload(slice(parser));
            case EventLine.DATA_BASE64 -> setPayload(base64(parser));
            case EventLine.POSITION, EventLine.VERSION, EventLine.RECORDED_AT ->
                    parser.skipChildren();
            default -> throw expected("as field " + KNOWN_FIELDS, "'" + name + "'");
        }
    }

    private String string(JsonParser parser, String name) {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw expected("a string as " + name, describe(parser));
        }
        return parser.getString();
    }

    private int wholeNumber(JsonParser parser, String name) {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw expected("a whole number as " + name, describe(parser));
        }
        return parser.getIntValue();
    }

    private Metadata readMetadata(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw expected("an object as metadata", describe(parser));
        }
        Map<String, String> entries = new TreeMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            parser.nextToken();
            entries.put(key, string(parser, "metadata '" + key + "'"));
        }
        return Metadata.of(entries);
    }

    private void readTags(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw expected("an array as tags", describe(parser));
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            tags.add(Tag.of(string(parser, "tag")));
        }
    }

    private void setPayload(byte[] bytes) {
        if (payload != null) {
            throw expected("data or dataBase64 once", "another one");
        }
        payload = bytes;
    }

    private byte[] base64(JsonParser parser) {
        try {
            return Base64.getDecoder().decode(string(parser, EventLine.DATA_BASE64));
        } catch (IllegalArgumentException e) {
            throw expected(
                    "base64 as " + EventLine.DATA_BASE64, "something else: " + e.getMessage());
        }
    }

    /** The bytes of the current value as they stand in the line. */
    private byte[] slice(JsonParser parser) {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        if (start < 0) {
            throw expected("text in UTF-8", "another encoding");
        }
        int end;
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
            end = (int) parser.currentLocation().getByteOffset();
        } else {
            parser.finishToken();
            end = line[start] == '"' ? endOfString(start) : endOfWord(start);
        }
        return Arrays.copyOfRange(line, start, end);
    }

    private int endOfString(int start) {
        int at = start + 1;
        while (line[at] != '"') {
            at += line[at] == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private int endOfWord(int start) {
        int at = start;
        while (at < line.length && ",} \t\r".indexOf(line[at]) < 0) {
            at++;
        }
        return at;
    }

    private static String describe(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NULL -> "null";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "the number " + parser.getString();
            default -> "something else";
        };
    }

    private InputException expected(String expected, String found) {
        return InputException.expected(file, lineNumber, expected, found);
    }

    /** The stream that the event belongs to. */
    StreamName stream() {
        return Objects.requireNonNull(stream);
    }

    /** The id, or null if the line has none. */
    @Nullable EventId id() {
        return id;
    }

    /** The event, with the line's id or another one. */
    NewEvent toEvent(EventId chosenId) {
        return new NewEvent(
                chosenId,
                Objects.requireNonNull(type),
                schemaVersion,
                Payload.wrap(Objects.requireNonNull(payload)),
                metadata,
                tags);
    }
}
