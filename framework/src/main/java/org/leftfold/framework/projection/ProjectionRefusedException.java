package org.leftfold.framework.projection;

import org.leftfold.api.InvalidRequestException;

/**
 * A projection cannot do what was asked for: there is none of that name (LF-1220), or it is not in
 * a state for it (LF-1221). Nothing was changed.
 */
public final class ProjectionRefusedException extends InvalidRequestException {
    private static final long serialVersionUID = 1L;

    private final String projection;

    private ProjectionRefusedException(String code, String projection, String text) {
        super(code, text);
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

    /** The name that was asked for. */
    public String projection() {
        return projection;
    }
}
