package org.leftfold.engine.log;

import java.io.Serial;
import org.leftfold.api.IntegrityException;

/**
 * Bytes on disk are not what was written (LF-4001): names the file, the offset and what is wrong.
 */
public final class Corruption extends IntegrityException {
    @Serial private static final long serialVersionUID = 1L;

    private final String file;
    private final long offset;
    private final String what;

    /** The file is wrong at {@code offset}. */
    public Corruption(String file, long offset, String what) {
        super(
                "LF-4001",
                ("file %s is damaged at offset %d: %s. Nothing was changed. Run 'leftfold verify'"
                                + " on the directory, and restore the file from a backup.")
                        .formatted(file, offset, what),
                null);
        this.file = file;
        this.offset = offset;
        this.what = what;
    }

    /** The damaged file. */
    public String file() {
        return file;
    }

    /** Where in the file. */
    public long offset() {
        return offset;
    }

    /** What is wrong there. */
    public String what() {
        return what;
    }
}
