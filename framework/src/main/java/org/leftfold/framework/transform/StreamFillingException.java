package org.leftfold.framework.transform;

import java.util.List;
import org.leftfold.api.StoreUnavailableException;
import org.leftfold.api.StreamName;

/**
 * A command was given to something whose stream is just being made of others (LF-3201). Nothing was
 * stored. Give it again when the split or merge has ended; an interrupted one is started again.
 */
public final class StreamFillingException extends StoreUnavailableException {
    private static final long serialVersionUID = 1L;

    /** The stream, and those it is made of. */
    public StreamFillingException(StreamName stream, List<StreamName> from) {
        super(
                "LF-3201",
                ("stream '%s' is just being made of %s and is not whole yet; nothing was stored. Give the command again"
                                + " when that has ended. If it was interrupted, start it again.")
                        .formatted(stream, from),
                null);
    }
}
