package org.leftfold.cli.terminal;

/** Colours, or none of them. Immutable. */
public enum Style {
    /** Text as it is. */
    PLAIN,
    /** Text with ANSI escape sequences. */
    COLOURED;

    /** Less important text. */
    public String dim(String text) {
        return wrap("2", text);
    }

    /** Important text. */
    public String bold(String text) {
        return wrap("1", text);
    }

    /** Good news. */
    public String green(String text) {
        return wrap("32", text);
    }

    /** Bad news. */
    public String red(String text) {
        return wrap("31", text);
    }

    /** Names of things. */
    public String cyan(String text) {
        return wrap("36", text);
    }

    /** Kinds of things. */
    public String yellow(String text) {
        return wrap("33", text);
    }

    private String wrap(String code, String text) {
        return this == PLAIN || text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }
}
