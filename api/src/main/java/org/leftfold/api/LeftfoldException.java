package org.leftfold.api;

import org.jspecify.annotations.Nullable;

/**
 * The root of all errors of Leftfold. Its five categories say what the caller does next: {@link
 * InvalidRequestException} fix the call (LF-1xxx), {@link ConflictException} decide again
 * (LF-2xxx), {@link StoreUnavailableException} repeat with the same event ids (LF-3xxx), {@link
 * IntegrityException} stop and verify the data (LF-4xxx), {@link IncompatibleStoreException}
 * upgrade (LF-5xxx). Each code has a section in {@code docs/errors.md}.
 */
public abstract class LeftfoldException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    /** An error with its code, what happened and what to do, and what caused it. */
    protected LeftfoldException(String code, String text, @Nullable Throwable cause) {
        super(code + ": " + text, cause);
        this.code = code;
    }

    /** The code, such as {@code LF-2001}. */
    public final String code() {
        return code;
    }
}
