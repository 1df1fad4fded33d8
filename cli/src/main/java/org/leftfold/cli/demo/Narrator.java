package org.leftfold.cli.demo;

import java.util.Locale;
import org.leftfold.api.RecordedEvent;
import org.leftfold.cli.terminal.Output;
import org.leftfold.cli.terminal.Style;

/** Writes what the demo has to say. For one thread. */
final class Narrator {
    private static final int MAX_EVENT_TYPE = 18;

    private final Output out;
    private final Style style;
    private int chapter;

    Narrator(Output out, Style style) {
        this.out = out;
        this.style = style;
    }

    void title(String text, String remark) {
        out.line(style.bold(text) + "  " + style.dim(remark));
        out.flush();
    }

    void chapter(String title, String remark) {
        chapter++;
        out.line("");
        out.line(style.bold(chapter + "  " + title) + style.dim("  " + remark));
        out.flush();
    }

    void event(RecordedEvent event) {
        String place = event.stream() + "@" + event.version();
        String type = event.type().value();
        out.line(
                "   %s  %s%s %s"
                        .formatted(
                                style.cyan(pad(place, 14)),
                                style.yellow(type),
                                " ".repeat(Math.max(0, MAX_EVENT_TYPE - type.length())),
                                event.payload().asText()));
    }

    void good(String text) {
        out.line("   " + style.green("ok") + "  " + text);
        out.flush();
    }

    void refused(String text) {
        out.line("   " + style.red("no") + "  " + text);
        out.flush();
    }

    void line(String text) {
        out.line("   " + text);
    }

    void plain(String text) {
        out.line(text);
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /** A count for people. */
    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
