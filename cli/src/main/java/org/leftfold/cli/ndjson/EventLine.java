package org.leftfold.cli.ndjson;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.TreeSet;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Tag;
import org.leftfold.cli.json.JsonReading;
import org.leftfold.cli.json.JsonText;

/**
 * One event as one line of JSON.
 *
 * <pre>{@code
 * {"position":7,"stream":"order-17","version":2,"id":"01890a5d-...","type":"Paid",
 *  "schemaVersion":1,"recordedAt":"2026-01-31T12:00:00.000123Z","metadata":{"actor":"anna"},
 *  "tags":["order:17"],"data":{"amount":12.50}}
 * }</pre>
 *
 * (Here broken into three lines.) The payload stands in {@code data} byte for byte if it is JSON in
 * a single line, else in {@code dataBase64}.
 */
public final class EventLine {
    static final String STREAM = "stream";
    static final String POSITION = "position";
    static final String VERSION = "version";
    static final String ID = "id";
    static final String TYPE = "type";
    static final String SCHEMA_VERSION = "schemaVersion";
    static final String RECORDED_AT = "recordedAt";
    static final String METADATA = "metadata";
    static final String TAGS = "tags";
    static final String DATA = "data";
    static final String DATA_BASE64 = "dataBase64";

    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private EventLine() {}

    /** The line with its line break, as UTF-8. */
    public static byte[] of(RecordedEvent event) {
        JsonText json = new JsonText().beginObject();
        json.name(POSITION).number(event.position());
        json.name(STREAM).string(event.stream().value());
        json.name(VERSION).number(event.version());
        json.name(ID).string(event.id().toString());
        json.name(TYPE).string(event.type().value());
        json.name(SCHEMA_VERSION).number(event.schemaVersion());
        json.name(RECORDED_AT).string(MICROSECONDS.format(event.recordedAt()));
        json.name(METADATA).beginObject();
        event.metadata().asMap().forEach((key, value) -> json.name(key).string(value));
        json.endObject().name(TAGS).beginArray();
        for (Tag tag : new TreeSet<>(event.tags())) {
            json.string(tag.toString());
        }
        json.endArray();
        byte[] payload = event.payload().toByteArray();
        if (!JsonReading.isSingleLine(payload)) {
            json.name(DATA_BASE64).string(Base64.getEncoder().encodeToString(payload));
            return joined(json.endObject().toBytes(), new byte[0], "\n");
        }
        return joined(json.name(DATA).toBytes(), payload, "}\n");
    }

    private static byte[] joined(byte[] head, byte[] payload, String tail) {
        byte[] line = Arrays.copyOf(head, head.length + payload.length + tail.length());
        System.arraycopy(payload, 0, line, head.length, payload.length);
        for (int i = 0; i < tail.length(); i++) {
            line[head.length + payload.length + i] = (byte) tail.charAt(i);
        }
        return line;
    }
}
