package org.leftfold.engine.log;

import java.util.List;

/** Closes files. */
public final class Closing {
    private Closing() {}

    /**
     * Closes all of them, whatever goes wrong with one; what goes wrong is added to {@code reason}.
     */
    @SuppressWarnings("CatchingUnchecked") // nothing may keep the next file open
    public static void all(List<? extends AutoCloseable> files, Throwable reason) {
        for (AutoCloseable file : files) {
            try {
                file.close();
            } catch (Exception | Error e) {
                reason.addSuppressed(e);
            }
        }
    }
}
