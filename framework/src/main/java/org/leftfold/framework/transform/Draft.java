package org.leftfold.framework.transform;

import org.leftfold.api.EventType;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.NewEvent;
import org.leftfold.api.Payload;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * One thing that a stored event becomes. Immutable.
 *
 * @param stream where it goes
 * @param event what it is; its id is replaced unless {@code keepsId}
 * @param keepsId whether it has the id of the stored event, if it is the only thing that becomes of
 *     it. Others get an id that is derived from the store, position and part of what they come from
 */
public record Draft(StreamName stream, NewEvent event, boolean keepsId) {
    /** A stored event as it is, in a stream of the same name, with its id. */
    public static Draft of(RecordedEvent stored) {
        return new Draft(stored.stream(), stored.toNewEvent(), true);
    }

    /**
     * The same in another stream, with a derived id: ids are only unique in a stream, so those of
     * two streams might meet in one.
     */
    public Draft into(StreamName other) {
        return new Draft(other, event, keepsId && other.equals(stream));
    }

    /** The same with the id of the stored event, for who knows that it meets no equal one. */
    public Draft keepingId() {
        return new Draft(stream, event, true);
    }

    /**
     * The same metadata and tags with another type and payload.
     *
     * @throws InvalidRequestException if the type is no name or a limit is passed (LF-1001,
     *     LF-1002, LF-1003)
     */
    public Draft as(String type, int schemaVersion, Payload payload) {
        return with(
                new NewEvent(
                        event.id(),
                        new EventType(type),
                        schemaVersion,
                        payload,
                        event.metadata(),
                        event.tags()));
    }

    /** Another event in its place; its id does not count. */
    public Draft with(NewEvent other) {
        return new Draft(stream, other, keepsId);
    }
}
