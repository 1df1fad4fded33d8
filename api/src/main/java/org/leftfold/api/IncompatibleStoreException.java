package org.leftfold.api;

/** The stored data need another version of Leftfold: upgrade. Nothing was changed. */
public class IncompatibleStoreException extends LeftfoldException {
    private static final long serialVersionUID = 1L;

    /** An error of this category, for stores and modules with codes of their own. */
    public IncompatibleStoreException(String code, String text) {
        super(code, text, null);
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
