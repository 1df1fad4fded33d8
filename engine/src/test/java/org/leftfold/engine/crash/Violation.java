package org.leftfold.engine.crash;

/** A store did what it promises never to do. */
final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    /** Which promise. */
    enum Kind {
        /** An acknowledged or served event is missing, or the store cannot be opened. */
        LOST,
        /** Something is there that was never submitted. */
        PHANTOM,
        /** An append is there in part, or not in order. */
        TORN,
        /** An answer is wrong. */
        WRONG
    }

    private final Kind kind;

    Violation(Kind kind, String text) {
        super(kind + ": " + text);
        this.kind = kind;
    }

    Violation(Kind kind, String text, Throwable cause) {
        super(kind + ": " + text, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    @SuppressWarnings("AnnotateFormatMethod") // its annotation is no dependency of the tests
    static void check(boolean holds, Kind kind, String text, Object... arguments) {
        if (!holds) {
            throw new Violation(kind, text.formatted(arguments));
        }
    }
}
