package org.leftfold.cli.xes;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types of XES attributes. */
enum XesType {
    STRING("any text"),
    DATE("a date and time such as 2011-10-01T00:38:44.546+02:00"),
    INT("a whole number"),
    FLOAT("a number"),
    BOOLEAN("true or false"),
    ID("any text"),
    LIST("no text"),
    CONTAINER("no text");

    private static final Pattern DATE_TEXT =
            Pattern.compile(
                    "\\s*(-?\\d{4,9}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)(\\.\\d+)?"
                            + "(Z|[+-](0\\d|1[0-8]):?[0-5]\\d)?\\s*");
    private static final Pattern INT_TEXT = Pattern.compile("\\s*[+-]?\\d+\\s*");
    private static final Pattern FLOAT_TEXT =
            Pattern.compile(
                    "\\s*([+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?|NaN"
                            + "|[+-]?(INF|Infinity))\\s*");
    private static final Pattern BOOLEAN_TEXT =
            Pattern.compile("\\s*(true|false|0|1)\\s*", Pattern.CASE_INSENSITIVE);
    private static final Pattern JSON_INT = Pattern.compile("0|-?[1-9]\\d*");
    private static final Pattern JSON_FLOAT =
            Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+([eE][+-]?\\d+)?|[eE][+-]?\\d+)");

    private final String expectation;

    XesType(String expectation) {
        this.expectation = expectation;
    }

    /** The name of the XML element. */
    String element() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The type that an XML element stands for. */
    static Optional<XesType> ofElement(String element) {
        for (XesType type : values()) {
            if (type.element().equals(element)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** What a value of this type looks like, for messages. */
    String expectation() {
        return expectation;
    }

    boolean isCollection() {
        return this == LIST || this == CONTAINER;
    }

    /** Whether a text is a value of this type. */
    boolean accepts(String text) {
        return switch (this) {
            case STRING, ID -> true;
            case DATE -> isDate(text);
            case INT -> INT_TEXT.matcher(text).matches();
            case FLOAT -> FLOAT_TEXT.matcher(text).matches();
            case BOOLEAN -> BOOLEAN_TEXT.matcher(text).matches();
            case LIST, CONTAINER -> text.isEmpty();
        };
    }

    private static boolean isDate(String text) {
        Matcher parts = DATE_TEXT.matcher(text);
        if (!parts.matches()) {
            return false;
        }
        String local = parts.group(1).replace("T24:00:00", "T00:00:00");
        if (local.indexOf('-', 1) > 4) {
            return true; // A year of more digits: no event log needs it checked further.
        }
        try {
            return LocalDateTime.parse(local).getYear() < Integer.MAX_VALUE;
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** Whether a value can stand in JSON without its type, and still come back as it was. */
    boolean isPlainJson(String text) {
        return switch (this) {
            case INT -> JSON_INT.matcher(text).matches();
            case FLOAT -> JSON_FLOAT.matcher(text).matches();
            case BOOLEAN -> text.equals("true") || text.equals("false");
            case STRING, DATE, ID, LIST, CONTAINER -> false;
        };
    }
}
