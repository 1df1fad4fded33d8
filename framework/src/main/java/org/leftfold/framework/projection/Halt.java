package org.leftfold.framework.projection;

import java.util.List;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.spi.ViewStore.View;

/** Why a part of a view does not go on as it did. Nothing was changed by what ended so. */
abstract sealed class Halt extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private Halt(String text, List<Throwable> cause) {
        super(text, cause.isEmpty() ? null : cause.getFirst());
    }

    /** Somebody else has changed the part: look how far it is. */
    static final class Moved extends Halt {
        private static final long serialVersionUID = 1L;

        Moved(View view, int part) {
            super("part %d of %s was changed by somebody else".formatted(part, view), List.of());
        }
    }

    /** Somebody else has the part now. */
    static final class LostLease extends Halt {
        private static final long serialVersionUID = 1L;

        LostLease(View view, int part) {
            super("part %d of %s belongs to another instance".formatted(part, view), List.of());
        }
    }

    /** It was told to end. */
    static final class Ended extends Halt {
        private static final long serialVersionUID = 1L;

        Ended() {
            super("it was ended", List.of());
        }
    }

    /** An event fails, and the policy is to stop in front of it. */
    static final class Stopped extends Halt {
        private static final long serialVersionUID = 1L;

        Stopped(View view, RecordedEvent event, Throwable cause) {
            super(
                    ("projection '%s' has stopped in front of event '%s', version %d of stream '%s', which"
                                    + " fails: %s. Mend what it fails on, then resume the projection.")
                            .formatted(
                                    view.name(),
                                    event.type(),
                                    event.version(),
                                    event.stream(),
                                    cause),
                    List.of(cause));
        }
    }

    /** So many keys are parked that it is not the events that are wrong. */
    static final class TooMuchParked extends Halt {
        private static final long serialVersionUID = 1L;

        TooMuchParked(View view, int part, int keys) {
            super(
                    ("projection '%s' has stopped: in part %d of it %d keys are parked, %d may be. Mend what the"
                                    + " events fail on, retry or drop what is parked, then resume the projection.")
                            .formatted(view.name(), part, keys, PartWriter.MAX_PARKED_KEYS),
                    List.of());
        }
    }
}
