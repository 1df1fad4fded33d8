package org.leftfold.framework.repository;

import java.util.Objects;
import java.util.Optional;
import org.leftfold.api.AppendCondition;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.InvalidRequestException;
import org.leftfold.api.Query;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.StreamName;
import org.leftfold.api.Tag;

/**
 * A message that triggers commands. The events of a handled message carry its tag, and they are
 * appended only if no event has it: so it is handled once, on every store, for ever, whatever
 * snapshots there are (R70, R54).
 *
 * @param handler who handles it: the same message may be handled by several, once each
 * @param id the identity of the message, such as an event id
 */
public record MessageId(String handler, String id) {
    /** The key of the tag. */
    public static final String TAG_KEY = "message";

    static final String CONDITION = "message is handled once";

    /**
     * @throws InvalidRequestException if the two form no legal tag (LF-1001), or the handler
     *     contains a slash
     */
    public MessageId {
        Objects.requireNonNull(handler, "handler");
        Objects.requireNonNull(id, "id");
        if (handler.indexOf('/') >= 0) {
            throw InvalidRequestException.name(
                    "message handler", handler, "it contains '/', which ends it in the tag");
        }
        new Tag(TAG_KEY, handler + "/" + id);
    }

    /** The tag of the events that handling it brings: {@code message:<handler>/<id>}. */
    public Tag tag() {
        return new Tag(TAG_KEY, handler + "/" + id);
    }

    Query query() {
        return Query.tags(tag().toString());
    }

    /** The stream that has its events, if it was handled. */
    Optional<StreamName> handledIn(EventStore store) {
        try (Events found = store.read(ReadRequest.of(query()).limit(1))) {
            return found.hasNext() ? Optional.of(found.next().stream()) : Optional.empty();
        }
    }

    AppendCondition condition() {
        return AppendCondition.none(CONDITION, query());
    }
}
