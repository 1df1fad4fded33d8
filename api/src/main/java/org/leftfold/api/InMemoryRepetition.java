package org.leftfold.api;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an append was made before (G5).
 *
 * <p>A write that expects exactly the version that its stream has is new: had it been made before,
 * the stream would have moved on. Every other event is looked up by stream and id. All known means
 * repeated, none known means new, and anything between is an error of the caller.
 */
final class InMemoryRepetition {
    private final InMemoryLog log;
    private final Append append;

    InMemoryRepetition(InMemoryLog log, Append append) {
        this.log = log;
        this.append = append;
    }

    /** The result of the append that stored these events, or null if all of them are new. */
    @Nullable AppendResult earlierResult() {
        StreamName knownStream = null;
        EventId knownId = null;
        EventId newId = null;
        for (StreamWrite write : append.writes()) {
            for (NewEvent event : write.events()) {
                if (isKnown(write, event)) {
                    knownStream = write.stream();
                    knownId = event.id();
                } else {
                    newId = event.id();
                }
            }
        }
        if (knownStream == null || knownId == null) {
            return null;
        }
        if (newId != null) {
            throw InvalidRequestException.idReuse(
                    knownStream, knownId, "event id %s of the same append is new".formatted(newId));
        }
        return placesOfAll();
    }

    private boolean isKnown(StreamWrite write, NewEvent event) {
        InMemoryStream stream = log.stream(write.stream());
        boolean isNew =
                switch (write.expected()) {
                    case ExpectedVersion.Exactly exactly -> exactly.accepts(stream.version());
                    case ExpectedVersion.NoStream noStream -> noStream.accepts(stream.version());
                    case ExpectedVersion.StreamExists streamExists -> false;
                    case ExpectedVersion.Any any -> false;
                };
        return !isNew && stream.versionOf(event.id()) != null;
    }

    private AppendResult placesOfAll() {
        List<AppendResult.Written> places = new ArrayList<>();
        long lastPosition = -1;
        for (StreamWrite write : append.writes()) {
            AppendResult.Written place = place(write);
            if (lastPosition >= 0 && place.firstPosition() != lastPosition + 1) {
                throw refuse(
                        write,
                        write.events().getFirst(),
                        "the events of its streams do not stand together");
            }
            lastPosition = place.lastPosition();
            places.add(place);
        }
        return new AppendResult(places, true);
    }

    private AppendResult.Written place(StreamWrite write) {
        InMemoryStream stream = log.stream(write.stream());
        long firstVersion = versionOf(stream, write.events().getFirst());
        long firstPosition = stream.position(firstVersion);
        int index = 0;
        for (NewEvent event : write.events()) {
            long version = versionOf(stream, event);
            long position = stream.position(version);
            if (version != firstVersion + index || position != firstPosition + index) {
                throw refuse(write, event, "the events stand in another order");
            }
            RecordedEvent stored = log.at(position);
            if (stored != null && !stored.hasContentOf(event)) {
                throw refuse(write, event, "the stored event has other content");
            }
            index++;
        }
        return new AppendResult.Written(
                write.stream(),
                firstVersion,
                firstVersion + index - 1,
                firstPosition,
                firstPosition + index - 1);
    }

    private static long versionOf(InMemoryStream stream, NewEvent known) {
        Long version = stream.versionOf(known.id());
        if (version == null) {
            throw new IllegalStateException("event id " + known.id() + " was known a moment ago");
        }
        return version;
    }

    private static InvalidRequestException refuse(StreamWrite write, NewEvent event, String why) {
        return InvalidRequestException.idReuse(write.stream(), event.id(), why);
    }
}
