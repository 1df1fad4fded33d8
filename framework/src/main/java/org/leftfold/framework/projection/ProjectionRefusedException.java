package org.leftfold.framework.projection;

import org.jspecify.annotations.Nullable;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.spi.ParkedEvent;

/**
 * A projection cannot do what was asked for: there is none of that name (LF-1220), it is not in a
 * state for it (LF-1221), or it is inline and fails on an event of an append (LF-1222). Nothing was
 * changed.
 */
public final class ProjectionRefusedException extends InvalidRequestException {
    private static final long serialVersionUID = 1L;

    private final String projection;

    private ProjectionRefusedException(String code, String projection, String text) {
        this(code, projection, text, null);
    }

    private ProjectionRefusedException(
            String code, String projection, String text, @Nullable Throwable cause) {
        super(code, text, cause);
        this.projection = projection;
    }

    static ProjectionRefusedException unknown(String projection, Iterable<String> known) {
        return new ProjectionRefusedException(
                "LF-1220",
                projection,
                "there is no projection '%s' here; nothing was changed. There are: %s."
                        .formatted(projection, String.join(", ", known)));
    }

    static ProjectionRefusedException notNow(String projection, String why) {
        return new ProjectionRefusedException(
                "LF-1221",
                projection,
                "projection '%s' cannot do that now: %s. Nothing was changed."
                        .formatted(projection, why));
    }

    static ProjectionRefusedException patch(String projection, ParkedEvent event, String mistake) {
        return new ProjectionRefusedException(
                "LF-1221",
                projection,
                "the patch for event '%s', version %d of stream '%s', cannot be used by projection '%s': %s. Nothing was changed. Mend the patch."
                        .formatted(
                                event.type(),
                                event.version(),
                                event.stream(),
                                projection,
                                mistake));
    }

    static ProjectionRefusedException append(
            String projection, RecordedEvent event, Throwable cause) {
        return new ProjectionRefusedException(
                "LF-1222",
                projection,
                ("this append was refused by the inline projection '%s', whose policy is to stop: it fails on"
                                + " event '%s' of stream '%s': %s. Nothing was stored, no view was changed. Mend"
                                + " what it fails on, or let it park or skip such events.")
                        .formatted(projection, event.type(), event.stream(), cause),
                cause);
    }

    /** The name that was asked for. */
    public String projection() {
        return projection;
    }
}
