package org.leftfold.framework.transform;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.leftfold.api.EventStore;
import org.leftfold.api.Events;
import org.leftfold.api.ReadRequest;
import org.leftfold.api.RecordedEvent;
import org.leftfold.api.StreamName;

/**
 * How far each stream of a target is: its last event says which output it is. So what was copied
 * and how far that has come are one and the same, and cannot differ after a crash. The streams that
 * were used last are kept in memory; others are looked up again. For one thread.
 */
final class Places {
    /** About 250 bytes each; far more than an append has events, so none in use is dropped. */
    private static final int MAX_PLACES = 50_000;

    private final EventStore target;
    private final UUID source;
    private final boolean fills;
    private final Map<StreamName, Place> places =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<StreamName, Place> eldest) {
                    return size() > MAX_PLACES;
                }
            };

    /**
     * The end of a stream.
     *
     * @param version of the stream
     * @param last its last output
     */
    record Place(long version, Key last) {}

    /**
     * The ends of the streams of a target.
     *
     * @param fills whether streams begin with the mark that they are being filled
     */
    Places(EventStore target, UUID source, boolean fills) {
        this.target = target;
        this.source = source;
        this.fills = fills;
    }

    /**
     * The end of a stream, with what was noted.
     *
     * @throws org.leftfold.api.InvalidRequestException if it holds anything else (LF-1234)
     */
    Place of(StreamName stream) {
        Place known = places.get(stream);
        if (known == null) {
            known = read(stream);
            places.put(stream, known);
        }
        return known;
    }

    /** Notes what is going to be the end of a stream. */
    void put(StreamName stream, Place place) {
        places.put(stream, place);
    }

    private Place read(StreamName stream) {
        try (Events events = target.read(ReadRequest.stream(stream).backward().limit(1))) {
            if (events.hasNext()) {
                return of(events.next());
            }
        }
        long version = target.version(stream);
        if (version > 0) {
            throw TransformErrors.otherTarget(
                    "no event of its stream '%s' can be read any more, so it cannot be said which were copied"
                            .formatted(stream));
        }
        return new Place(0, Key.NONE);
    }

    private Place of(RecordedEvent last) {
        Optional<Provenance> provenance = Provenance.of(last);
        if (provenance.isPresent() && provenance.get().store().equals(source)) {
            return new Place(last.version(), provenance.get().key());
        }
        Optional<StreamMark> mark = fills ? StreamMark.of(last) : Optional.empty();
        if (mark.filter(it -> it.is(StreamMark.Kind.FILLING)).isPresent()) {
            return new Place(last.version(), Key.NONE);
        }
        throw TransformErrors.otherTarget(
                "version %d of its stream '%s', event '%s', was not copied from this source"
                        .formatted(last.version(), last.stream(), last.type()));
    }
}
