package org.leftfold.engine.backup;

import java.io.IOException;
import java.io.Serial;

/** The last segment that was to be copied has been rewritten since the mark was read. */
final class Overtaken extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    Overtaken(String file) {
        super("file %s was rewritten while it was to be copied".formatted(file));
    }
}
