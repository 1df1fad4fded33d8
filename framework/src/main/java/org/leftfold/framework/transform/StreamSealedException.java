package org.leftfold.framework.transform;

import java.util.List;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.StreamName;

/**
 * A command was given to something whose stream was sealed when it was split or merged (LF-1232).
 * Nothing was stored. Give it to a successor.
 */
public final class StreamSealedException extends InvalidRequestException {
    private static final long serialVersionUID = 1L;

    private final transient StreamName stream;
    private final transient List<StreamName> successors;

    /** The stream that has ended, and the streams that go on. */
    public StreamSealedException(StreamName stream, List<StreamName> successors) {
        super(
                "LF-1232",
                ("stream '%s' was sealed, and takes no further command; nothing was stored. It goes on as %s: give"
                                + " the command there.")
                        .formatted(stream, successors));
        this.stream = stream;
        this.successors = List.copyOf(successors);
    }

    /** The stream that has ended. */
    public StreamName stream() {
        return stream;
    }

    /** The streams that go on. */
    public List<StreamName> successors() {
        return successors;
    }
}
