package org.leftfold.framework.repository;

import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.StreamName;

/** An aggregate was to be updated or asked that does not exist (LF-1206). Nothing was stored. */
public final class AggregateNotFoundException extends InvalidRequestException {
    private static final long serialVersionUID = 1L;

    private final transient StreamName stream;

    AggregateNotFoundException(StreamName stream) {
        super(
                "LF-1206",
                "stream '%s' has no event, so there is nothing to update or to ask; nothing was stored. Create it first, or use handle, which does both."
                        .formatted(stream));
        this.stream = stream;
    }

    /** The stream that has no event. */
    public StreamName stream() {
        return stream;
    }
}
