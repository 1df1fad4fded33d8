package org.leftfold.engine.log;

import java.io.IOException;
import java.io.Serial;

/**
 * A force failed. What was written since the last successful one is in doubt, and a later success
 * would prove nothing about it, so nothing may be retried: the store stops writing until it is
 * opened again.
 */
public final class ForceFailure extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    ForceFailure(IOException cause) {
        super(cause.toString(), cause);
    }
}
