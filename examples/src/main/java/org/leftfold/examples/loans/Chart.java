package org.leftfold.examples.loans;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Small pictures made of text. Immutable.
 *
 * @param columns how wide a line may be
 * @param isAscii whether it is for terminals that know plain characters only
 */
record Chart(int columns, boolean isAscii) {
    /** Narrower than that there is nothing to see; lines become longer than asked for then. */
    static final int MIN_COLUMNS = 40;

    private static final String INDENT = "  ";
    private static final String EIGHTHS = "▏▎▍▌▋▊▉█";
    private static final String HEIGHTS = "▁▂▃▄▅▆▇█";
    private static final String ASCII_HEIGHTS = "_-~=+*%#";

    Chart {
        columns = Math.max(MIN_COLUMNS, columns);
    }

    /** A line for each number, with a bar as long as the number is great. */
    List<String> bars(Map<String, Long> numbers) {
        int labelColumns = widest(numbers.keySet());
        int numberColumns = widest(numbers.values().stream().map(Chart::number).toList());
        int room = columns - INDENT.length() - labelColumns - 2 - numberColumns - 2;
        long most = numbers.isEmpty() ? 0 : Collections.max(numbers.values());
        List<String> lines = new ArrayList<>();
        numbers.forEach((label, value) -> {
            String padded = (label + " ".repeat(labelColumns)).substring(0, labelColumns);
            String digits = " ".repeat(numberColumns) + number(value);
            String line =
                    "%s%s  %s  %s"
                            .formatted(
                                    INDENT,
                                    padded,
                                    digits.substring(digits.length() - numberColumns),
                                    bar(value, most, Math.max(1, room)));
            lines.add(line.stripTrailing());
        });
        return lines;
    }

    /** What is greater than nothing can be seen, if only just. */
    private String bar(long value, long most, int room) {
        if (value == 0) {
            return "";
        }
        if (isAscii) {
            return "#".repeat(Math.max(1, Math.toIntExact(value * room / most)));
        }
        int eighths = Math.max(1, Math.toIntExact(value * room * 8 / most));
        int rest = eighths % 8;
        return "█".repeat(eighths / 8) + (rest == 0 ? "" : EIGHTHS.charAt(rest - 1));
    }

    /** A column for each number, from nothing to the greatest; several lines if need be. */
    List<String> sparkline(List<Long> numbers) {
        long most = numbers.isEmpty() ? 0 : Collections.max(numbers);
        int room = columns - INDENT.length();
        List<String> lines = new ArrayList<>();
        for (int from = 0; from < numbers.size(); from += room) {
            StringBuilder line = new StringBuilder(INDENT);
            for (long each : numbers.subList(from, Math.min(numbers.size(), from + room))) {
                line.append(height(each, most));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private char height(long value, long most) {
        String heights = isAscii ? ASCII_HEIGHTS : HEIGHTS;
        if (value == 0) {
            return isAscii ? '.' : '·';
        }
        return heights.charAt(Math.toIntExact((value * heights.length() - 1) / most));
    }

    private static int widest(Iterable<String> texts) {
        int widest = 0;
        for (String text : texts) {
            widest = Math.max(widest, text.length());
        }
        return widest;
    }

    /** With commas, in every country. */
    static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
