package org.leftfold.testkit.scenario;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a failure tells: whose rules they are, what happened before, which commands came.
 *
 * @param model the decider or aggregate
 */
record Story(String model, List<?> given, List<?> commands) {
    /** More of one list is not read by anybody; the last ones matter most. */
    private static final int SHOWN_LINES = 30;

    /** One part of the text: a title, and lines below it. */
    record Part(String title, List<String> lines) {
        /** Objects with their numbers. */
        static Part numbered(String title, List<?> objects) {
            List<String> lines = new ArrayList<>();
            for (Object each : objects) {
                lines.add((lines.size() + 1) + " " + Texts.show(each));
            }
            return new Part(title, lines);
        }

        /** What was thrown instead of an answer. */
        static Part refusal(String title, Throwable refusal) {
            return new Part(title, List.of("refusal " + Texts.show(refusal)));
        }
    }

    AssertionError failure(String headline, Part part, @Nullable Throwable cause) {
        return failure(headline, List.of(part), cause);
    }

    AssertionError failure(String headline, List<Part> parts, @Nullable Throwable cause) {
        StringBuilder text = new StringBuilder(model).append(": ").append(headline);
        write(text, Part.numbered("given", given));
        if (!commands.isEmpty()) {
            write(text, Part.numbered("when", commands));
        }
        parts.forEach(part -> write(text, part));
        return new AssertionError(text.toString(), cause);
    }

    private static void write(StringBuilder text, Part part) {
        text.append('\n').append(part.title);
        List<String> lines = part.lines;
        int hidden = Math.max(0, lines.size() - SHOWN_LINES);
        if (lines.isEmpty()) {
            text.append("\n  nothing");
        } else if (hidden > 0) {
            text.append("\n  ... ").append(hidden).append(" more before");
        }
        for (String line : lines.subList(hidden, lines.size())) {
            text.append("\n  ").append(line);
        }
    }
}
