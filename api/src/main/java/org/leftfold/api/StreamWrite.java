package org.leftfold.api;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The events that one append adds to one stream.
 *
 * @param stream the stream
 * @param expected what the stream is believed to be at
 * @param events at least one, stored in this order
 */
public record StreamWrite(StreamName stream, ExpectedVersion expected, List<NewEvent> events) {
    /**
     * @throws InvalidRequestException if there is no event, or one id stands twice (LF-1004)
     */
    public StreamWrite {
        events = List.copyOf(events);
        if (events.isEmpty()) {
            throw InvalidRequestException.append(
                    "there are no events for stream '%s'".formatted(stream));
        }
        if (events.size() > 1) {
            Set<EventId> seen = HashSet.newHashSet(events.size());
            for (NewEvent event : events) {
                if (!seen.add(event.id())) {
                    throw InvalidRequestException.append(
                            "event id %s stands twice in the events for stream '%s'"
                                    .formatted(event.id(), stream));
                }
            }
        }
    }
}
