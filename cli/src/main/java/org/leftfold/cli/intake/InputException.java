package org.leftfold.cli.intake;

import org.leftfold.api.InvalidRequestException;

/**
 * A file to be imported, or something else that the user gave, is not what it should be (LF-1101).
 * What was imported before it stays.
 */
public final class InputException extends InvalidRequestException {
    private static final long serialVersionUID = 1L;

    private final String plainText;

    private InputException(String plainText) {
        super("LF-1101", plainText);
        this.plainText = plainText;
    }

    /** Something is wrong at a line of a file. */
    public static InputException at(String file, long line, String text) {
        return new InputException(file + ":" + line + ": " + text);
    }

    /** The store refuses what stands at a line of a file. */
    public static InputException refused(String file, long line, InvalidRequestException refused) {
        return at(file, line, String.valueOf(refused.getMessage()));
    }

    /** What was asked for cannot be done, for a reason that the user can remove. */
    public static InputException because(String text) {
        return new InputException(text);
    }

    /** Something was expected at a line of a file, and something else is there. */
    public static InputException expected(String file, long line, String expected, String found) {
        return at(file, line, "expected " + expected + ", found " + found);
    }

    /** The same with one more line about what became of the rest. */
    public InputException with(String remark) {
        InputException more = new InputException(plainText + "\n" + remark);
        more.addSuppressed(this); // It knows where it came from.
        return more;
    }

    /** The text without the code: {@code FILE:LINE: what is wrong}. */
    public String plainText() {
        return plainText;
    }
}
