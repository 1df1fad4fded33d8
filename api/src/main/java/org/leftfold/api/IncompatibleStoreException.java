package org.leftfold.api;

import org.jspecify.annotations.Nullable;

/** The stored data need another version of Leftfold: upgrade. Nothing was changed. */
public class IncompatibleStoreException extends LeftfoldException {
    private static final long serialVersionUID = 1L;

    /** An error of this category, for stores and modules with codes of their own. */
    public IncompatibleStoreException(String code, String text) {
        this(code, text, null);
    }

    /** The same, with what caused it. */
    public IncompatibleStoreException(String code, String text, @Nullable Throwable cause) {
        super(code, text, cause);
    }

    /** LF-5001: a file was written by a newer version. */
    public static IncompatibleStoreException newerFormat(String file, int found, int known) {
        return new IncompatibleStoreException(
                "LF-5001",
                ("file %s has format version %d, this version of Leftfold reads up to %d; nothing"
                                + " was changed. Use the version of Leftfold that wrote it, or a newer one.")
                        .formatted(file, found, known));
    }
}
