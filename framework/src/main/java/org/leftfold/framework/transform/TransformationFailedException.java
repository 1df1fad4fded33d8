package org.leftfold.framework.transform;

import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.RecordedEvent;

/**
 * A transformation has thrown, or gave something that cannot be stored (LF-1231). What was stored
 * before stays, and the same run goes on behind it when the transformation is mended, if that gives
 * the same for all events before.
 */
public final class TransformationFailedException extends InvalidRequestException {
    private static final long serialVersionUID = 1L;

    private final transient RecordedEvent event;

    TransformationFailedException(RecordedEvent event, RuntimeException cause) {
        super(
                "LF-1231",
                ("the transformation of event '%s', version %d of stream '%s' at position %d, failed with %s%s."
                                + " What was stored for the events before it stays, nothing of it was"
                                + " stored. Look at the cause, mend the transformation and start again.")
                        .formatted(
                                event.type(),
                                event.version(),
                                event.stream(),
                                event.position(),
                                cause.getClass().getSimpleName(),
                                detail(cause)),
                cause);
        this.event = event;
    }

    /** Texts of ours name no payloads; those of others might. */
    private static String detail(RuntimeException cause) {
        return cause instanceof org.leftfold.api.LeftfoldException
                ? " (%s)".formatted(cause.getMessage())
                : "";
    }

    /** The event of the source. */
    public RecordedEvent event() {
        return event;
    }
}
