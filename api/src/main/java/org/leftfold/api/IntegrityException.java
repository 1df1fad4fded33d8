package org.leftfold.api;

import org.jspecify.annotations.Nullable;

/**
 * The stored data are not what was written, or not what the caller takes them for: stop, and verify
 * the data.
 */
public class IntegrityException extends LeftfoldException {
    private static final long serialVersionUID = 1L;

    /** An error of this category, for stores and modules with codes of their own. */
    public IntegrityException(String code, String text, @Nullable Throwable cause) {
        super(code, text, cause);
    }
}
