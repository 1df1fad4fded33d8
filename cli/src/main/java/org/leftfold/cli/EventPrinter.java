package org.leftfold.cli;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.leftfold.api.Metadata;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.Tag;
import org.leftfold.cli.ndjson.EventLine;
import org.leftfold.cli.terminal.Console;
import org.leftfold.cli.terminal.Style;

/**
 * Shows events, one a line: for programs as JSON, for people in columns, which grow with what
 * stands in them. For one thread.
 */
final class EventPrinter {
    private static final DateTimeFormatter MILLISECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final int MAX_COLUMN_WIDTH = 40; // a longer name pushes only its own line
    private static final int MIN_PAYLOAD_CHARS = 12;
    private static final int MAX_PAYLOAD_BYTES = 4096; // more never fits into a line

    private final Console console;
    private final boolean asJson;
    private int positionWidth = 6;
    private int streamWidth = 18;
    private int typeWidth = 20;
    private int actorWidth;
    private int tagsWidth;

    EventPrinter(Console console, boolean asJson) {
        this.console = console;
        this.asJson = asJson;
    }

    void print(RecordedEvent event) {
        if (asJson) {
            byte[] line = EventLine.of(event);
            console.out().write(line, 0, line.length);
        } else {
            console.out().line(columns(event));
        }
    }

    private String columns(RecordedEvent event) {
        String position = String.valueOf(event.position());
        String stream = event.stream() + "@" + event.version();
        String type = event.type().value();
        String actor =
                event.metadata().value(Metadata.ACTOR).map(EventPrinter::visible).orElse("-");
        String tags = tags(event);
        positionWidth = Math.max(positionWidth, position.length());
        streamWidth = grown(streamWidth, stream);
        typeWidth = grown(typeWidth, type);
        actorWidth = grown(actorWidth, actor);
        tagsWidth = grown(tagsWidth, tags);
        Style style = console.style();
        StringBuilder line = new StringBuilder();
        line.append(" ".repeat(positionWidth - position.length())).append(position);
        line.append("  ").append(style.dim(time(event.recordedAt())));
        column(line, stream, style.cyan(stream), streamWidth);
        column(line, type, style.yellow(type), typeWidth);
        column(line, actor, actor, actorWidth);
        if (tagsWidth > 0) {
            column(line, tags, style.dim(tags), tagsWidth);
        }
        String payload = payload(event, used(position, stream, type, actor, tags));
        return line.append("  ").append(payload).toString();
    }

    private int used(String position, String stream, String type, String actor, String tags) {
        int used = Math.max(positionWidth, position.length()) + 2 + 24 + 2;
        used += Math.max(streamWidth, stream.length()) + 2 + Math.max(typeWidth, type.length()) + 2;
        used += Math.max(actorWidth, actor.length()) + 2;
        return used + (tagsWidth == 0 ? 0 : Math.max(tagsWidth, tags.length()) + 2);
    }

    private static int grown(int width, String text) {
        return Math.max(width, Math.min(MAX_COLUMN_WIDTH, text.length()));
    }

    private static void column(StringBuilder line, String text, String styled, int width) {
        line.append("  ").append(styled).append(" ".repeat(Math.max(0, width - text.length())));
    }

    private static String tags(RecordedEvent event) {
        return new TreeSet<>(event.tags())
                .stream().map(Tag::toString).collect(Collectors.joining(" "));
    }

    private String payload(RecordedEvent event, int used) {
        int room = Math.max(MIN_PAYLOAD_CHARS, console.columns() - used);
        byte[] bytes = event.payload().toByteArray();
        String text =
                new String(
                        bytes,
                        0,
                        Math.min(bytes.length, MAX_PAYLOAD_BYTES),
                        StandardCharsets.UTF_8);
        String shown = visible(text);
        return shown.length() <= room ? shown : shown.substring(0, room - 1) + "…";
    }

    /** A moment, in milliseconds and UTC. */
    static String time(Instant moment) {
        return MILLISECONDS.format(moment);
    }

    /** The text with everything that could confuse a terminal replaced by a dot. */
    static String visible(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c ->
                        shown.appendCodePoint(
                                Character.isISOControl(c)
                                                || Character.getType(c) == Character.FORMAT
                                                || Character.getType(c) == Character.SURROGATE
                                        ? '·'
                                        : c));
        return shown.toString();
    }
}
