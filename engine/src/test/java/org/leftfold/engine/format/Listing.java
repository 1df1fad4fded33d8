package org.leftfold.engine.format;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.leftfold.api.RecordedEvent;

/** One line of JSON for an event or an act, with every field; the same whoever has read it. */
final class Listing {
    private Listing() {}

    /** All readable events, then all acts. */
    static List<String> of(SecondReader reader) {
        List<String> lines = new ArrayList<>();
        reader.readable().forEach(event -> lines.add(of(event)));
        reader.acts().forEach(act -> lines.add(of(act)));
        return lines;
    }

    static String of(RecordedEvent event) {
        TreeSet<String> tags = new TreeSet<>();
        event.tags().forEach(tag -> tags.add(tag.toString()));
        return of(
                new SecondReader.Event(
                        event.position(),
                        event.stream().value(),
                        event.version(),
                        event.id().value(),
                        event.type().value(),
                        event.schemaVersion(),
                        microsOf(event.recordedAt()),
                        tags,
                        new TreeMap<>(event.metadata().asMap()),
                        HexFormat.of().formatHex(event.payload().toByteArray())));
    }

    static String of(SecondReader.Event event) {
        Instant recordedAt =
                Instant.ofEpochSecond(
                        Math.floorDiv(event.micros(), 1_000_000L),
                        Math.floorMod(event.micros(), 1_000_000L) * 1000L);
        return "{\"position\":%d,\"stream\":%s,\"version\":%d,\"id\":\"%s\",\"type\":%s,\"schemaVersion\":%d,"
                        .formatted(
                                event.position(),
                                quoted(event.stream()),
                                event.version(),
                                event.id(),
                                quoted(event.type()),
                                event.schemaVersion())
                + "\"recordedAt\":\"%s\",\"tags\":[%s],\"metadata\":{%s},\"payload\":\"%s\"}"
                        .formatted(
                                recordedAt,
                                quoted(event.tags()),
                                quoted(event.metadata()),
                                event.payloadHex());
    }

    static String of(SecondReader.Act act) {
        return "{\"act\":\"%s\",\"stream\":%s,\"firstKept\":%d,\"actor\":%s,\"reason\":%s}"
                .formatted(
                        act.deletion() ? "delete" : "truncate",
                        quoted(act.stream()),
                        act.firstKept(),
                        quoted(act.actor()),
                        quoted(act.reason()));
    }

    private static long microsOf(Instant time) {
        return time.getEpochSecond() * 1_000_000L + time.getNano() / 1000;
    }

    private static String quoted(Collection<String> texts) {
        return texts.stream().map(Listing::quoted).collect(Collectors.joining(","));
    }

    private static String quoted(Map<String, String> entries) {
        return entries.entrySet().stream()
                .map(entry -> quoted(entry.getKey()) + ":" + quoted(entry.getValue()))
                .collect(Collectors.joining(","));
    }

    /** All but ASCII is escaped, so that the file is the same under every encoding. */
    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c >= ' ' && c <= '~') {
                json.append(c);
            } else {
                json.append("\\u%04x".formatted((int) c));
            }
        }
        return json.append('"').toString();
    }
}
